// case: {"port": 1, "hex": "01"}
// case: {"port": 1, "hex": "ff"}
// case: {"port": 1, "hex": ""}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  if (b.length === 0) throw new RangeError("the payload is empty");
  try {
    if (b[0] === 0xff) JSON.parse("{broken");
  } catch (e) {
    return { telemetry_data: { caught: e instanceof SyntaxError, name: e.name } };
  } finally {
    b[0] = 0;
  }
  return { telemetry_data: { first: b[0] } };
}
