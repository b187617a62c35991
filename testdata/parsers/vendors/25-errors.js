// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 1}}
// case: {"input": {"bytes": "03", "fPort": 1}}
// case: {"input": {"bytes": "04", "fPort": 1}}
// case: {"input": {"bytes": "0506", "fPort": 1}}
function decodeUplink(input) {
  var o = {};
  var kinds = [function () { null.x; }, function () { undefined(); }, function () { nope; }, function () { [].reduce(function () {}); }, function () { new Array(-1); }, function () { (1).toFixed(101); }, function () { "x".repeat(-1); }, function () { decodeURIComponent("%"); }, function () { BigInt(1.5); }, function () { Symbol() + ""; }, function () { "use strict"; undeclaredThing = 1; }, function () { Object.freeze([]).push(1); }, function () { new (class A { constructor() { this.b; } })().c(); }, function () { JSON.stringify((function (x) { x.x = x; return x; })({})); }, function () { new RegExp("("); }, function () { let { a } = null; }, function () { [...1]; }, function () { throw "text"; }, function () { const c = 1; c = 2; }, function () { 1n + 1; }, function () { Reflect.construct(1); }];
  o.names = kinds.map(function (f) { try { f(); return "none"; } catch (e) { return (e && e.name) + ":" + (e instanceof Error); } });
  class Mine extends Error { constructor(m, code) { super(m); this.name = "Mine"; this.code = code; } }
  try { throw new Mine("own " + input.bytes[0], 7); } catch (e) { o.mine = [e.message, e.code, String(e), e instanceof Mine, Object.prototype.toString.call(e), e.stack.split("\n")[0], Object.keys(e)]; }
  o.cause = new Error("a", { cause: input.bytes[0] }).cause; o.agg = new AggregateError([1, 2], "m").errors.length;
  o.fin = (function () { try { return "try"; } finally { o.ran = 1; } })(); o.over = (function () { try { throw 1; } catch { return "c"; } finally { return "f"; } })();
  if (input.bytes[0] === 2) throw new Error("Invalid payload length: " + input.bytes.length);
  return { data: o };
}
