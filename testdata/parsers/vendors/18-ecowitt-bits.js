// case: {"input": {"bytes": "0c0a0b", "fPort": 1}}
// case: {"input": {"bytes": "3f80", "fPort": 1}}
// case: {"input": {"bytes": "ff7f0180", "fPort": 1}}
// case: {"input": {"bytes": "123456", "fPort": 1}}
// case: {"input": {"bytes": "00ff", "fPort": 1}}
// case: {"input": {"bytes": "5a5a5a5a", "fPort": 1}}
let decodeUplink = (input) => {
  const bits = input.bytes.map((b) => b.toString(2).padStart(8, "0")).join(""), take = (from, n) => parseInt(bits.substr(from, n) || "0", 2);
  const signed = (v, n) => (v & (1 << (n - 1)) ? v - 2 ** n : v), bcd = (b) => (b >> 4) * 10 + (b & 15), flags = { low: 1, tamper: 2, door: 4, fault: 0x80 };
  const f16 = (h) => { const s = h >> 15 ? -1 : 1, e = (h >> 10) & 31, m = h & 1023; return e === 0 ? s * m * 2 ** -24 : e === 31 ? (m ? NaN : s * Infinity) : s * (1 + m / 1024) * 2 ** (e - 15); };
  const f32 = (u) => { const sign = u >>> 31 == 0 ? 1.0 : -1.0, e = (u >>> 23) & 0xff, m = e == 0 ? (u & 0x7fffff) << 1 : (u & 0x7fffff) | 0x800000; return sign * m * Math.pow(2, e - 150); };
  const w = input.bytes.reduce((a, b) => (a << 8) | b, 0), rest = [...new Set(input.bytes)];
  return { data: { bits, fields: [take(0, 3), take(3, 7), signed(take(0, 12), 12)], bcd: input.bytes.map(bcd), flags: Object.keys(flags).filter((k) => input.bytes[0] & flags[k]), half: String(f16(w & 0xffff)), single: f32(w >>> 0), w, unsigned: w >>> 0, crc: crc(input.bytes), rest, xor: input.bytes.reduce((a, b) => a ^ b), not: ~w >>> 0, rot: ((w << 7) | (w >>> 25)) >>> 0, mul: Math.imul(w, 0x01000193), clz: Math.clz32(w) } };
  function crc(b) { let c = 0xffff; for (const x of b) { c ^= x << 8; for (let k = 0; k < 8; k++) c = c & 0x8000 ? ((c << 1) ^ 0x1021) & 0xffff : (c << 1) & 0xffff; } return c.toString(16); }
};
