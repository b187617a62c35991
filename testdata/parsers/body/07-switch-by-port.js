// case: {"port": 1, "hex": "0064"}
// case: {"port": 2, "hex": "0064"}
// case: {"port": 9, "hex": "0064"}
const b = Buffer.from(msg.userdata.payload, "base64");
switch (msg.userdata.port) {
  case 1:
    return { telemetry_data: { level: b.readUInt16BE() } };
  case 2:
    return { shared_attrs: { period: b.readUInt16BE() }, telemetry_data: null };
  default:
    throw new Error(`port ${msg.userdata.port} is not known`);
}
