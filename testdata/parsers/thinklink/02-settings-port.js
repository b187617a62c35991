// case: {"port": 214, "hex": "2f0102003c0364"}
// case: {"port": 214, "hex": "2f0364"}
// case: {"port": 214, "hex": "00"}
// The device answers on port 214 with its settings: they become shared attributes, not telemetry.
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  if (msg.userdata.port != 214 || b[0] != 0x2f) return null;
  let shared = {};
  for (let i = 1; i < b.length;) {
    switch (b[i]) {
      case 1: shared.retries = b.readUInt8(i + 1); i += 2; break;
      case 0: shared.period = b.readUInt16BE(i); i += 2; break;
      case 3: shared.cov_humidity = b.readUInt8(i + 1) * 0.1; i += 2; break;
      default: i++;
    }
  }
  return { telemetry_data: null, shared_attrs: Object.keys(shared).length ? shared : null };
}
