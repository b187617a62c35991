// case: {"port": 1, "hex": "69a379000e10"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const at = new Date(b.readUInt32BE(0) * 1000);
  return { telemetry_data: {
    at: at.toISOString(), day: at.getDay(), hour: at.getHours(),
    local: `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${at.getDate()}`,
    until: new Date(at.getTime() + b.readUInt16BE(4) * 1000),
  } };
}
