// case: {"port": 1, "hex": "fffff0800000000000000001ffffff"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const big = b.readBigUInt64BE(3);
  return { telemetry_data: {
    int24: b.readIntBE(0, 3), uint24: b.readUIntLE(12, 3), big: big.toString(), low: Number(big & 0xffffn),
    hex: big.toString(16), signed: b.readBigInt64BE(3).toString(), shifted: Number(BigInt.asUintN(8, big << 1n)),
  } };
}
