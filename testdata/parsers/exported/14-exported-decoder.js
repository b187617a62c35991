// case: {"input": {"bytes": "2a", "fPort": 8}}
// case: {"entry": "encodeDownlink", "input": {"data": {"v": 3}, "fPort": 4}}
exports.Decoder = function (bytes, port) { return { answer: bytes[0], port: port }; };
exports.Encoder = function (object, port) { return [object.v, port]; };
