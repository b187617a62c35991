// case: {"input": {"bytes": "0a", "fPort": 1}}
// case: {"entry": "encodeDownlink", "input": {"data": {"n": 7}}}
function decodeUplink(input) { return { data: { n: input.bytes[0] } }; }
function encodeDownlink(input) { return { bytes: [input.data.n], fPort: 1 }; }
module.exports = { decodeUplink, encodeDownlink };
