package jsapi

func logGlobals() []Global { return nil }
