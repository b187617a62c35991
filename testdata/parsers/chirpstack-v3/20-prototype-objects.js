// case: {"input": {"bytes": "c80005", "fPort": 1}}
function Reader(bytes) { this.bytes = bytes; this.at = 0; }
Reader.prototype.u8 = function () { return this.bytes[this.at++]; };
Reader.prototype.u16 = function () { return this.u8() + this.u8() * 256; };
Reader.prototype.toJSON = function () { return { at: this.at }; };
function Decode(fPort, bytes) {
  var r = new Reader(bytes);
  return { level: r.u16(), kind: r.u8(), reader: r, own: r.hasOwnProperty("u8"), instance: r instanceof Reader };
}
