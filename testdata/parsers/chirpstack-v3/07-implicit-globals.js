// case: {"input": {"bytes": "0a0b", "fPort": 1}}
function Decode(fPort, bytes) {
  decoded = {};
  for (index in bytes) {
    decoded["b" + index] = bytes[index];
  }
  decoded.type = typeof index;
  return decoded;
}
