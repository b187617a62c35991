package jsapi

func textGlobals() []Global { return nil }
