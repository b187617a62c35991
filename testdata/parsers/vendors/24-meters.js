// case: {"input": {"bytes": "684d4d680801", "fPort": 1}}
// case: {"input": {"bytes": "aa55aa55aa55", "fPort": 1}}
// case: {"input": {"bytes": "0004060000d431", "fPort": 1}}
// case: {"input": {"bytes": "2f20302e303028", "fPort": 1}}
// case: {"input": {"bytes": "010203", "fPort": 1}}
// case: {"input": {"bytes": "99", "fPort": 1}}
function decodeUplink(input) {
  var b = input.bytes, out = {}, DIF = { 0x04: [4, "int"], 0x02: [2, "int"], 0x0c: [4, "bcd"] };
  var le = function (x) { return x.reverse().map(function (y) { return ("0" + (y & 255).toString(16)).slice(-2); }).join(""); };
  out.le = le(b.slice(0, 4)); out.num = parseInt(out.le, 16); out.bcd = Number(le(b.slice(0, 4)).replace(/[a-f]/g, "")); out.sum = (b.reduce(function (a, c) { return a + c; }, 0) & 0xff).toString(16).toUpperCase();
  out.vif = b.map(function (x) { return Math.pow(10, (x & 7) - 3); }); out.kwh = (parseInt(out.le, 16) * 0.001).toFixed(3) * 1; out.tariff = b[1] >> 4 & 0xF; out.pick = (DIF[b[0]] || DIF[b[1]] || [0, "?"])[1];
  out.date = (function (lo, hi) { var y = ((lo & 0xe0) >> 5) | ((hi & 0xf0) >> 1); return (2000 + y) + "-" + ("0" + (hi & 0x0f)).slice(-2) + "-" + ("0" + (lo & 0x1f)).slice(-2); })(b[0], b[1]);
  out.signed24 = b.length > 2 ? ((b[2] << 16 | b[1] << 8 | b[0]) << 8) >> 8 : null; out.float = Buffer.from(b.concat([0, 0, 0, 0])).readFloatBE(0); out.i48 = Buffer.from(b.concat([0, 0, 0, 0, 0, 0])).readIntLE(0, 6);
  out.long = String((BigInt(b[0]) << 56n) | BigInt("0x" + (le(b.slice()) || "0"))); out.percent = Math.round(b[0] / 255 * 1e4) / 1e2 + "%"; out.min = Math.min.apply(null, []) + "";
  return { data: out };
}
