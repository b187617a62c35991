// case: {"input": {"bytes": "0a14", "fPort": 1}}
// case: {"input": {"bytes": "ffff", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "0102030405", "fPort": 1}}
// case: {"input": {"bytes": "c0a80001", "fPort": 1}}
// case: {"input": {"bytes": "80808080", "fPort": 1}}
function BitReader(bytes) { this.bytes = bytes; this.pos = 0; }
BitReader.prototype.read = function (n) { var v = 0; for (var k = 0; k < n; k++, this.pos++) { v = (v << 1) | ((this.bytes[this.pos >> 3] >> (7 - (this.pos & 7))) & 1); } return v; };
Object.defineProperty(BitReader.prototype, "left", { get: function () { return this.bytes.length * 8 - this.pos; } });
function SignedReader() { BitReader.apply(this, arguments); }
SignedReader.prototype = Object.create(BitReader.prototype, { constructor: { value: SignedReader } });
SignedReader.prototype.read = function (n) { var v = BitReader.prototype.read.call(this, n); return v >= 1 << (n - 1) ? v - (1 << n) : v; };
function Decode(fPort, bytes, variables) {
  var r = new SignedReader(bytes), out = { list: [], made: r instanceof BitReader, name: r.constructor.name };
  do { out.list.push(r.read(3), r.read(5)); } while (r.left >= 8);
  for (var p in r) out[p + "_in"] = typeof r[p];
  out["this"] = typeof this; out.args = (function () { return arguments.length + [].join.call(arguments); })(1, 2, 3);
  with (out) { list.push(list.length); }
  return out;
}
