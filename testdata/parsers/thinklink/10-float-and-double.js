// case: {"port": 1, "hex": "41b9999a400921fb54442d18c0490fdb"}
// case: {"port": 1, "hex": "7f8000007ff8000000000000ff800000"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  return { telemetry_data: {
    f: b.readFloatBE(0), rounded: +b.readFloatBE(0).toFixed(2),
    d: b.readDoubleBE(4), le: b.readFloatLE(12), finite: Number.isFinite(b.readFloatBE(0)),
  } };
}
