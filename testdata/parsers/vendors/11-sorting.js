// case: {"input": {"bytes": "0504030201", "fPort": 1}}
// case: {"input": {"bytes": "ff0a63", "fPort": 1}}
// case: {"input": {"bytes": "0101010000", "fPort": 1}}
// case: {"input": {"bytes": "0a09646502", "fPort": 1}}
// case: {"input": {"bytes": "80", "fPort": 1}}
// case: {"input": {"bytes": "000a0b0c63", "fPort": 1}}
function decodeUplink({ bytes }) {
  const rows = bytes.map((b, i) => ({ key: b % 3, i, b }));
  const by = (f) => (x, y) => f(x) - f(y);
  return { data: {
    plain: [...bytes].sort(), numeric: [...bytes].sort((a, b) => a - b), typed: Array.from(new Int8Array(bytes).sort()),
    stable: rows.sort(by((r) => r.key)).map((r) => `${r.key}${r.i}`).join(), holes: [3, , 1, undefined, 2].sort(), reversed: [...bytes].reverse(),
    locale: bytes.map((b) => "s" + b).sort((a, b) => a.localeCompare(b)), codes: ["b", "a", "B", "é", "Z", "z", "10", "9"].sort(),
    last: rows.findLast((r) => r.key === 1)?.i ?? null, index: bytes.findIndex((b) => b > 9), flat: [[1, [2, [3]]], bytes].flat(Infinity).length, copy: bytes.toSorted ? bytes.toSorted((a, b) => b - a) : 0,
    grouped: Object.fromEntries(Object.entries(rows.reduce((g, r) => { (g["k" + r.key] = g["k" + r.key] || []).push(r.b); return g; }, {})).sort()),
    keys: Object.keys({ b: 1, 2: 1, a: 1, 1: 1, "01": 1, "-1": 1, 4294967295: 1, 4294967294: 1 }),
  } };
}
