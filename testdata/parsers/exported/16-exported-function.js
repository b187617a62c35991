// case: {"input": {"bytes": "0304", "fPort": 1}}
module.exports = function decodeUplink(input) { return { data: { hyp: Math.hypot(input.bytes[0], input.bytes[1]) } }; };
