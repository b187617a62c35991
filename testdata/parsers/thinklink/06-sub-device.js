// case: {"port": 9, "hex": "0c00960032"}
// case: {"port": 9, "hex": "0dff9c0001"}
// A DTU that polls meters on RS-485: the first byte is the address on the bus.
function payload_parser({ device, msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  return {
    sub_device: String(b[0]),
    telemetry_data: { temperature: b.readInt16BE(1) / 10, flow: b.readUInt16BE(3) },
    server_attrs: null,
    shared_attrs: { bus: 1 },
  };
}
