// case: {"port": 33, "hex": "4101f4820abe43"}
// case: {"port": 33, "hex": "4101"}
// Each item begins with a tag: how many bytes follow is in its high bits.
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64"), out = {};
  for (let i = 0; i < b.length;) {
    const length = { 0: 0, 1: 2, 2: 2 }[b[i] >> 6], name = "item" + (b[i] & 0x3f);
    if (i + 1 + length > b.length) { out.cut = true; break; }
    out[name] = length ? b.readUIntBE(i + 1, length) : null;
    i += 1 + length;
  }
  return { telemetry_data: out, shared_attrs: { port: msg.userdata.port } };
}
