// case: {"entry": "encodeDownlink", "input": {"data": {"led": "on", "dim": 40}, "fPort": 5}}
// case: {"entry": "encodeDownlink", "input": {"data": {}, "fPort": 6}}
// case: {"entry": "decodeUplink", "input": {"bytes": "07", "fPort": 5}}
// case: {"entry": "extractPoints", "input": {"message": {}}}
function Encoder(object, port) {
  var bytes = [];
  if (port === 5) {
    bytes[0] = object.led === "on" ? 1 : 0;
    bytes[2] = object.dim;
  }
  return bytes;
}
function Decoder(bytes, port) { return { echo: bytes, port: port }; }
