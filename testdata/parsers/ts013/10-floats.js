// case: {"input": {"bytes": "41b80000", "fPort": 1}}
// case: {"input": {"bytes": "c2f6e979", "fPort": 1}}
// case: {"input": {"bytes": "00000001", "fPort": 1}}
function float32(bytes) {
  var bits = (bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  var sign = bits >>> 31 === 0 ? 1.0 : -1.0;
  var e = (bits >>> 23) & 0xff;
  var m = e === 0 ? (bits & 0x7fffff) << 1 : (bits & 0x7fffff) | 0x800000;
  return sign * m * Math.pow(2, e - 150);
}
function decodeUplink(input) {
  return { data: { exact: float32(input.bytes), rounded: Math.round(float32(input.bytes) * 100) / 100, same: float32(input.bytes) === Buffer.from(input.bytes).readFloatBE(0) } };
}
