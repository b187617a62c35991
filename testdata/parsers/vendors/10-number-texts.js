// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "7f", "fPort": 1}}
// case: {"input": {"bytes": "80", "fPort": 1}}
// case: {"input": {"bytes": "ff", "fPort": 1}}
// case: {"input": {"bytes": "63", "fPort": 1}}
function Decoder(b) {
  var n = b[0], o = {};
  o.fixed = [n / 3, n / 7, -n / 9, 1.005 * n, n * 1e20, n / 1e7, 1.45, 8.345, 0.5, 1.5, 2.5, -1.5].map(function (x, i) { return x.toFixed(i % 4); });
  o.precision = [n / 3, n * 123456, n / 1e9, 0.00001 * n, 1e21].map(function (x) { return x.toPrecision(3); });
  o.exp = [n / 3, 0, n * 1e10].map(function (x) { return x.toExponential(2); });
  o.text = ["" + n / 3, "" + n * 1e21, "" + n / 1e7, String(-0), `${0.1 + 0.2}`, "" + 100 * 1.1, 1e-7 + "", 123456789012345680000 + ""];
  o.radix = [(n).toString(2).padStart(8, "0"), (n / 16).toString(16), (-n).toString(36), (0.1).toString(2).length];
  o.round = [Math.round(n / 2), Math.round(-n / 2), Math.round(2.5), Math.round(-2.5), Math.round(0.49999999999999994), Math.trunc(-n / 3), Math.sign(-n), Math.fround(n / 3), Math.hypot(n, 4), Math.cbrt(n)];
  o.shift = [n << 31, n >> 1, -n >>> 1, n << 33, ~~(n / 3), (n / 3) | 0, n ^ 0xffffffff, (n * 0x1000000) | 0, 1 << n];
  o.mod = [n % 7, -n % 7, n % -7, 5.5 % 2, -1 % 1].map(function (x) { return Object.is(x, -0) ? "-0" : x; });
  o.compare = ["10" < "9", 10 < "9", null >= 0, undefined == null, NaN != NaN, [] + {}, [] == false, "b" + "a" + +"a" + "a", n == "0x" + n.toString(16)];
  return o;
}
