// case: {"input": {"bytes": "0f", "fPort": 2}}
var Decode = function (fPort, bytes) {
  var self = this;
  return { nibbles: [bytes[0] >> 4, bytes[0] & 15], sloppy: typeof self === "object", args: arguments.length };
};
