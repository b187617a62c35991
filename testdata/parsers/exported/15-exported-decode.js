// case: {"input": {"bytes": "2a", "fPort": 8, "variables": {"k": "v"}}}
// case: {"input": {"bytes": "2b", "fPort": 8}}
module.exports = {
  Decode: (fPort, bytes, variables) => ({ fPort, answer: bytes[0], k: (variables || {}).k }),
  Encode: (fPort, obj) => [fPort, obj.x],
};
