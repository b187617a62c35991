// case: {"input": {"bytes": "0a0b", "fPort": 1}}
const sum = (list) => list.reduce((a, b) => a + b, 0);
module.exports.decodeUplink = function (input) { return { data: { sum: sum(input.bytes) } }; };
module.exports.version = "1.0.0";
