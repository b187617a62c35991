package jsapi

func crcGlobals() []Global { return nil }
