// case: {"port": 1, "hex": "0107020a03ff"}
const TYPES = new Map([[1, { name: "door", read: (v) => (v ? "open" : "closed") }], [2, { name: "co2", read: (v) => v * 40 }]]);
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const out = {}, unknown = new Set();
  for (let i = 0; i + 1 < b.length; i += 2) {
    const type = TYPES.get(b[i]);
    if (!type) { unknown.add(b[i]); continue; }
    out[type.name] = type.read(b[i + 1]);
  }
  return { telemetry_data: { ...out, unknown: [...unknown], types: TYPES.size } };
}
