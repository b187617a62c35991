// case: {"port": 1, "hex": "00fa", "device": {"eui": "a1", "telemetry_data": {"probe": {"temperature": 24, "update_time": 1772323140000}}}, "thing_model_id": "probe", "now": "2026-03-01T00:00:00Z"}
// case: {"port": 1, "hex": "00fa", "device": {"eui": "a1", "telemetry_data": {}}, "thing_model_id": "probe", "now": "2026-03-01T00:00:00Z"}
// case: {"port": 1, "hex": "0104"}
function payload_parser({ device, msg, thingModelId }) {
  const before = device?.telemetry_data?.[thingModelId];
  const temperature = Buffer.from(msg.userdata.payload, "base64").readInt16BE() / 10;
  const out = { temperature };
  if (before?.temperature != null) {
    out.delta = +(temperature - before.temperature).toFixed(3);
    out.seconds = (Date.now() - before.update_time) / 1000;
    out.slope = Math.round((out.delta / out.seconds) * 3600 * 100) / 100;
  }
  return { telemetry_data: out };
}
