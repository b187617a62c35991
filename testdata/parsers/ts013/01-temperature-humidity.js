// case: {"input": {"bytes": "09c41450", "fPort": 1}}
// case: {"input": {"bytes": "f63c1450", "fPort": 1}}
function decodeUplink(input) {
  var raw = (input.bytes[0] << 8) | input.bytes[1];
  if (raw > 0x7fff) raw -= 0x10000;
  return { data: { temperature: raw / 100, humidity: ((input.bytes[2] << 8) | input.bytes[3]) / 100 } };
}
