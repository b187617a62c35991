// case: {"input": {"bytes": "0201020301ff", "fPort": 1}}
function* records(bytes) {
  for (let i = 0; i < bytes.length; i += 1 + bytes[i]) yield bytes.slice(i + 1, i + 1 + bytes[i]);
}
function decodeUplink(input) {
  const all = [];
  for (const r of records(input.bytes.slice(0, 5))) all.push(r.length);
  const sums = Array.from(records([1, 7, 2, 1, 1]), (r) => r.reduce((a, b) => a + b, 0));
  return { data: { all, sums, spread: Math.max(...input.bytes), tag: String(Symbol("x")), sorted: [10, 9, 1].sort() } };
}
