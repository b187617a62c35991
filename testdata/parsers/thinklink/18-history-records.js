// case: {"port": 6, "hex": "69a37900000a0100fa0200f50300f0", "now": "2026-03-01T00:10:00Z"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const start = b.readUInt32BE(0), step = b.readUInt16BE(4);
  const records = [];
  for (let at = 6, n = 0; at + 3 <= b.length; at += 3, n++)
    records.push({ at: new Date((start + n * step * 60) * 1000).toISOString(), id: b[at], value: b.readInt16BE(at + 1) / 10 });
  const values = records.map((r) => r.value);
  return {
    telemetry_data: { records, min: Math.min(...values), max: Math.max(...values), mean: values.reduce((a, v) => a + v, 0) / values.length,
      newest: records.at(-1).at, age: Date.now() / 1000 - start },
    server_attrs: { history: records.length },
  };
}
