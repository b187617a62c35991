// case: {"port": 4, "hex": "02db4c2501a5e3d000780b"}
// case: {"port": 4, "hex": "fe24b3dbfe5a1c30000000"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const position = { latitude: b.readInt32BE(0) / 1e6, longitude: b.readInt32BE(4) / 1e6 };
  const rad = (deg) => (deg * Math.PI) / 180;
  const home = { latitude: 48.0, longitude: 11.5 };
  const h = Math.sin(rad(position.latitude - home.latitude) / 2) ** 2;
  return { telemetry_data: { ...position, altitude: b.readInt16BE(8), sats: b[10], north_km: Math.round(2 * 6371 * Math.asin(Math.sqrt(h))) } };
}
