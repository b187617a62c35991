// case: {"input": {"bytes": "fffffffe80ff7f", "fPort": 1}}
function Decode(fPort, bytes) {
  var u32 = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
  return {
    u32: u32, s32: u32 | 0, s8: bytes[4] << 24 >> 24, alt: bytes[4] - (bytes[4] & 0x80 ? 256 : 0), not: ~bytes[5] & 0xff,
    xor: bytes[5] ^ bytes[6], shift: 1 << 31, wrap: 1 << 33, half: (u32 / 2) | 0, div: -7 % 3, nan: undefined << 1,
  };
}
