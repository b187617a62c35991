// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
function Decoder(bytes, port) {
  if (!bytes[0]) throw "no data in the payload";
  return { ok: 1 };
}
