package jsapi

func cacheGlobals() []Global { return nil }
