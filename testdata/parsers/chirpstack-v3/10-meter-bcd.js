// case: {"input": {"bytes": "0123456789990100", "fPort": 1}}
function bcd(bytes, from, n) {
  var value = 0;
  for (var i = from; i < from + n; i++) value = value * 100 + (bytes[i] >> 4) * 10 + (bytes[i] & 0x0f);
  return value;
}
function Decode(fPort, bytes) {
  return { serial: bcd(bytes, 0, 4), volume: bcd(bytes, 4, 2) / 10, valve: bytes[6] ? "open" : "closed", padded: ("00000000" + bcd(bytes, 0, 4)).slice(-8) };
}
