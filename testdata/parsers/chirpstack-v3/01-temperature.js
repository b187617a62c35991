// case: {"input": {"bytes": "00e1", "fPort": 2}}
// case: {"input": {"bytes": "ff38", "fPort": 2}}
// Decode decodes an array of bytes into an object.
//  - fPort contains the LoRaWAN fPort number
//  - bytes is an array of bytes
//  - variables contains the device variables (both the key / value are of type string)
function Decode(fPort, bytes, variables) {
  var value = bytes[0] << 8 | bytes[1];
  if (bytes[0] & 0x80) value |= 0xFFFF0000;
  return { "temperature": value / 10, "port": fPort };
}
