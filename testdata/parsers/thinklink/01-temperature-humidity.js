// case: {"port": 11, "hex": "2107030c6e0f0000d6048b02df8206"}
// case: {"port": 11, "hex": "2107030c6e0f0001d6048b02df8206"}
// case: {"port": 12, "hex": "00"}
function payload_parser({ device, msg, thingModelId, noticeAttrs }) {
  const payload = Buffer.from(msg?.userdata?.payload, "base64");
  const port = msg?.userdata?.port ?? null;
  if (port !== 11 || payload.length !== 15 || payload[0] !== 0x21) return null;
  return {
    sub_device: null,
    telemetry_data: {
      period: payload.readUInt16LE(5),
      status: payload[7] & 1 ? "fault" : "normal",
      temperature: Number(((payload.readUInt16LE(8) - 1000) / 10).toFixed(2)),
      humidity: Number((payload.readUInt16LE(10) / 10).toFixed(2)),
      vbat: Number(((payload.readUInt8(12) * 1.6) / 254 + 2).toFixed(2)),
    },
    server_attrs: null,
    shared_attrs: null,
  };
}
