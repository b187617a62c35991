// case: {"input": {"bytes": "0102aabb", "fPort": 1}}
// case: {"input": {"bytes": "0202ccdd", "fPort": 1}, "continues": true}
// case: {"input": {"bytes": "0101ee", "fPort": 1}, "continues": true}
// A long report comes in several frames: index, total, part.
function decodeUplink(input) {
  const [index, total, ...part] = input.bytes;
  if (index === 1) context.length = 0;
  context.push({ index, part });
  if (context.length < total) return { data: { pending: total - context.length } };
  const whole = context.flatMap((f) => f.part);
  context.splice(0);
  return { data: { report: whole.map((b) => b.toString(16)).join(""), frames: index } };
}
