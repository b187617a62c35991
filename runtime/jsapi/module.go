package jsapi

func moduleGlobals() []Global { return nil }
