// case: {"input": {"bytes": "ffffffffffffffff", "fPort": 1}}
// case: {"input": {"bytes": "8000000000000001", "fPort": 1}}
// case: {"input": {"bytes": "00000000499602d2", "fPort": 1}}
function decodeUplink(input) {
  const hex = input.bytes.map((b) => ("0" + b.toString(16)).slice(-2)).join("");
  const wide = input.bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);
  const bits = input.bytes.map((b) => b.toString(2).padStart(8, "0")).join("");
  return { data: {
    id: Number(wide), signed: Number(BigInt.asIntN(64, wide)), text: wide.toString(), object: new Number(wide) + 1,
    hex: Number("0x" + hex), bits: Number("0b" + bits), longer: Number("0x" + hex + hex), parsed: parseInt(hex, 16),
    buffer: Number(Buffer.from(input.bytes).readBigUInt64LE(0)), negative: Number(-wide * 4n),
    not: [Number("0x" + hex + "g"), Number("0x"), Number("-0x" + hex), Number("0x1_000000000000000000"), Number("  0x" + hex + " ")].map(String),
    plain: [Number("12.5"), Number(null), Number(""), Number(), Number([7]), Number(new Date(5)), Number(true)],
  } };
}
