// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 1}}
// case: {"input": {"bytes": "03", "fPort": 1}}
// case: {"input": {"bytes": "0405", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "ff", "fPort": 1}}
function Decoder(bytes, port) {
  if (early === undefined) var early = "hoisted";
  var out = { early: early, fn: typeof later, inner: typeof inner };
  function later() { return 1; }
  if (bytes[0] > 1) { function inner() { return "block"; } out.got = inner(); } else { out.got = typeof inner; }
  out.after = typeof inner;
  var fns = []; for (var i = 0; i < 3; i++) fns.push(function () { return i; }); out.var = fns.map(function (f) { return f(); });
  let lets = []; for (let i = 0; i < 3; i++) lets.push(() => i); out.let = lets.map((f) => f());
  try { tdz; let tdz = 1; } catch (e) { out.tdz = e.name; }
  try { throw { code: bytes[0] }; } catch (e) { var e2 = e; out.caught = e.code; } finally { out.fin = true; }
  out.shadow = (function (port) { var port; return port; })(port);
  out.self = (function f(n) { return n < 2 ? 1 : n * f(n - 1); })(bytes[0] % 10);
  out.comma = (1, bytes[0]); out.void = void 0; out.del = delete out.comma;
  out.del2 = "comma" in out;
  undeclared = bytes.length; out.undeclared = undeclared + globalThis.undeclared;
  label: { if (bytes.length > 1) break label; out.single = true; }
  switch (bytes[0]) { default: out.sw = "d"; case 1: out.sw = (out.sw || "") + "1"; break; case 2: out.sw = "2"; }
  return out;
}
var early = "outer";
