// case: {"input": {"bytes": "01755c03673401046865", "fPort": 85}}
// case: {"input": {"bytes": "0175640500010500002067", "fPort": 85}}
function readInt16LE(bytes) {
  var v = (bytes[1] << 8) + bytes[0];
  return v > 0x7fff ? v - 0x10000 : v;
}
function Decode(fPort, bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length;) {
    var channel = bytes[i++], type = bytes[i++];
    if (channel === 0x01 && type === 0x75) { decoded.battery = bytes[i]; i += 1; }
    else if (channel === 0x03 && type === 0x67) { decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; }
    else if (channel === 0x04 && type === 0x68) { decoded.humidity = bytes[i] / 2; i += 1; }
    else if (channel === 0x05 && type === 0x00) { decoded.pir = bytes[i] === 1 ? "trigger" : "normal"; i += 1; }
    else break;
  }
  return decoded;
}
