package jsapi

func bufferGlobals() []Global { return nil }
