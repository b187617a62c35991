// case: {"input": {"bytes": "02", "fPort": 1}}
function Decoder(bytes, port) {
  var out = {};
  if (bytes[0] > 1) {
    var inner = function twice(v) { return v * 2; };
    out.twice = inner(bytes[0]);
  }
  for (let i = 0; i < 2; i++) { const f = () => i; out["f" + i] = f(); }
  var i = "outer";
  out.i = i;
  return out;
}
