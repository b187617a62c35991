package jsapi

func urlGlobals() []Global { return nil }
