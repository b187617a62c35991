// case: {"input": {"bytes": "0a", "fPort": 8}}
// case: {"input": {"bytes": "ff", "fPort": 9}}
function Decoder(bytes, port) {
  var mask = 017, name = "\101\x42\u0043";
  return { low: bytes[0] & mask, high: bytes[0] >> 04, name: name, eight: 010, decimal: 089, port: port == 010 };
}
