// case: {"input": {"bytes": "0abe0c", "fPort": 1}}
// case: {"input": {"bytes": "f5420c", "fPort": 1}}
function Decoder(bytes, port) {
  // Decode an uplink message from a buffer (array) of bytes to an object of fields.
  var decoded = {};
  decoded.temperature = ((bytes[0] & 0x80 ? 0xffff << 16 : 0) | (bytes[0] << 8) | bytes[1]) / 100;
  decoded.battery = (2000 + bytes[2] * 10) / 1000;
  return decoded;
}
