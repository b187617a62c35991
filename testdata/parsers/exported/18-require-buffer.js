// case: {"input": {"bytes": "41c80000ff", "fPort": 1}}
const { Buffer: B } = require("buffer");
const util = require("node:util");
let fs;
try { fs = require("fs-that-is-not-there"); } catch (e) { fs = e.code; }
exports.decodeUplink = (input) => {
  const b = B.from(input.bytes);
  return { data: { f: b.readFloatBE(0), i: b.readInt8(4), hex: b.subarray(1, 3).toString("hex"), same: B === Buffer, fs, text: util.format("%s-%d", "a", 4) } };
};
