// case: {"port": 1, "hex": "0a14"}
function payload_parser({ msg }) {
  payload = Buffer.from(msg.userdata.payload, "base64");
  mode = 0755;
  total = 0;
  for (i = 0; i < payload.length; i++) total += payload[i];
  with ({ factor: 010 }) { scaled = total * factor; }
  return { telemetry_data: { total: total, mode: mode, scaled: scaled, leftover: i } };
}
