package jsapi

func axiosGlobals() []Global { return nil }
