// case: {"port": 3, "hex": "543d32332e353b483d36302e323b53544154453d4f4b"}
// case: {"port": 3, "hex": "543d6e616e3b"}
function payload_parser({ msg }) {
  const text = Buffer.from(msg.userdata.payload, "base64").toString("ascii");
  const telemetry_data = {};
  for (const pair of text.split(";").filter(Boolean)) {
    const [key, value] = pair.split("=");
    telemetry_data[key.toLowerCase()] = isNaN(value) ? value : Number(value);
  }
  return { telemetry_data };
}
