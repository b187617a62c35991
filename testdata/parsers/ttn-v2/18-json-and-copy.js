// case: {"input": {"bytes": "0102", "fPort": 1}}
function Decoder(bytes, port) {
  var a = { n: bytes[0], at: new Date(0), u: undefined, f: function () {}, nested: { list: [null, undefined, NaN, Infinity] } };
  var b = JSON.parse(JSON.stringify(a));
  b.n++;
  return { a: a, b: b, text: JSON.stringify({ x: [1, { y: "\u2028\"" }] }, null, 1), keys: Object.keys(a).length };
}
