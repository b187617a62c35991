// case: {"input": {"bytes": "0103040001000a2bf4", "fPort": 1}}
// case: {"input": {"bytes": "0103040001000affff", "fPort": 1}}
function crc16(bytes, end) {
  var crc = 0xffff;
  for (var i = 0; i < end; i++) {
    crc ^= bytes[i];
    for (var j = 8; j--;) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
function decodeUplink(input) {
  var b = input.bytes, n = b.length;
  var want = b[n - 2] | (b[n - 1] << 8);
  return { data: { crc: crc16(b, n - 2).toString(16), ok: crc16(b, n - 2) === want, value: b[4] } };
}
