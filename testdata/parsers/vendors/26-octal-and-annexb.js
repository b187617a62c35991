// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "07", "fPort": 1}}
// case: {"input": {"bytes": "08", "fPort": 1}}
// case: {"input": {"bytes": "3f", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "ff", "fPort": 1}}
function Decoder(bytes, port) {
  var o = { octal: 017 + 010, legacy: "\101\0", esc: escape("é+ %u") + unescape("%u0107%20"), year: new Date(2020, 1).getYear(), sub: "abcdef".substr(-3, 2), proto: ({ __proto__: { inherited: 1 } }).inherited, get: Object.prototype.__lookupGetter__ ? 1 : 0 };
  if (bytes[0]) function maybe() { return "yes"; }
  o.maybe = typeof maybe; o.callee = (function () { return arguments.callee === undefined; })(); o.args = (function (a) { arguments[0] = 9; return a; })(1); o.dup = (function (a, a) { return a; })(1, 2);
  o.trigraph = /\d{,2}/.test("1{,2}") || /[\b]/.test("\b"); o.cls = /[\w-.]/.test("-"); o.oct = /\07/.test("\x07"); o.id = /\c/.test("\\c"); o.brace = /a{/.test("a{"); o.bracket = /]/.test("]");
  for (var k in [5, 6]) o["k" + k] = typeof k;
  return o;
}
