package jsapi

func cryptoGlobals() []Global { return nil }
