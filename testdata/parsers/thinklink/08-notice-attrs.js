// case: {"port": 1, "hex": "05", "noticeAttrs": {"server_attrs": false, "shared_attrs": false, "telemetry_data": true}}
// case: {"port": 1, "hex": "05", "noticeAttrs": {"server_attrs": true, "shared_attrs": false, "telemetry_data": false}}
// case: {"port": 1, "hex": "05"}
function payload_parser({ msg, noticeAttrs }) {
  if (noticeAttrs && !noticeAttrs.telemetry_data) return { telemetry_data: null, server_attrs: { skipped: true } };
  return { telemetry_data: { count: Buffer.from(msg.userdata.payload, "base64")[0] } };
}
