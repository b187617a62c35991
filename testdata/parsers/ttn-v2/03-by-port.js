// case: {"input": {"bytes": "0064", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 2}}
// case: {"input": {"bytes": "01", "fPort": 77}}
function Decoder(b, p) {
  if (p === 1) return { level: (b[0] << 8) + b[1] };
  else if (p === 2) return { door: b[0] ? "open" : "closed" };
  return { port: p, raw: b };
}
