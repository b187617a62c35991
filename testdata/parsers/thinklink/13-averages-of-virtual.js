// case: {"msg": {"eui": "b2", "thing_model": ["probe"], "telemetry_data": {"probe": {"temperature": 22.4, "humidity": 51}}}, "device": {"eui": "v1", "telemetry_data": {"avg": {"t": 20, "h": 50}}}, "thing_model_id": "avg"}
// A message of another source than LoRaWAN: JSON, with no payload at all.
function payload_parser({ device, msg, thingModelId }) {
  const seen = {};
  msg.thing_model.forEach((id) => {
    if (msg.telemetry_data?.[id]?.temperature != null) Object.assign(seen, msg.telemetry_data[id]);
  });
  const mean = (was, is) => Number((((was ?? is) + is) / 2).toFixed(2));
  const was = device.telemetry_data?.[thingModelId];
  return {
    telemetry_data: { t: mean(was?.t, seen.temperature), h: mean(was?.h, seen.humidity) },
    server_attrs: { [msg.eui]: seen },
  };
}
