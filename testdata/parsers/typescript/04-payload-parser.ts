// case: {"port": 3, "hex": "05", "device": {"eui": "a1", "server_attrs": {"limit": 4}}, "thing_model_id": "m"}
function payload_parser({ device, msg }: ParserInput): Parsed | null {
  const value: number = Buffer.from(msg.userdata.payload, "base64")[0];
  const limit = <number>device.server_attrs.limit;
  return { telemetry_data: { value, over: value > limit } satisfies Record<string, unknown> };
}
