// case: {"input": {"bytes": "00", "fPort": 4}}
// case: {"input": {"bytes": "0102", "fPort": 4}}
// case: {"input": {"bytes": "f0f1f2", "fPort": 4}}
// case: {"input": {"bytes": "80ff7f", "fPort": 4}}
// case: {"input": {"bytes": "0a0d09", "fPort": 4}}
// case: {"input": {"bytes": "5b7b22", "fPort": 4}}
const table = new Map([[0, "zero"], [1, "one"], [128, "sign"]]);
const seen = new Set();
const helpers = { name: (n) => table.get(n) ?? `n${n}`, get size() { return seen.size; } };
module.exports = {
  decodeUplink(input) {
    const out = { names: [], pairs: {} };
    outer: for (const [i, b] of input.bytes.entries()) {
      for (const bit of [7, 6, 5]) { if (b & (1 << bit)) { out.names.push(helpers.name(b), bit); continue outer; } if (b === 2) break outer; }
      seen.add(b);
      (out.pairs["k" + i] ||= []).push(b, ~b, -b >>> 28, b ** 2);
    }
    out.size = helpers.size;
    out.first = input.bytes?.[0]?.toFixed?.(3);
    out.at = input.bytes.at(-1);
    return { data: { ...out, kinds: Object.entries(out).map(([k, v]) => [k, typeof v, Array.isArray(v)]) } };
  },
  encodeDownlink: (input) => ({ bytes: [1], fPort: 1 }),
};
