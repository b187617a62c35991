// case: {"input": {"bytes": "0102030405060708", "fPort": 1}}
// case: {"input": {"bytes": "fffefdfcfbfaf9f8", "fPort": 1}}
// case: {"input": {"bytes": "0000c07f000080ff", "fPort": 1}}
// case: {"input": {"bytes": "00000080db0f4940", "fPort": 1}}
// case: {"input": {"bytes": "7b14ae47e17a843f", "fPort": 1}}
// case: {"input": {"bytes": "0000000000000080", "fPort": 1}}
function decodeUplink(input) {
  var buf = new ArrayBuffer(input.bytes.length), view = new DataView(buf);
  input.bytes.forEach(function (b, i) { view.setUint8(i, b); });
  var out = {};
  ["getInt8", "getUint8", "getInt16", "getUint16", "getInt32", "getUint32", "getFloat32", "getFloat64"].forEach(function (m) { out[m] = [String(view[m](0)), String(view[m](0, true))]; });
  out.u16 = Array.from(new Uint16Array(buf)); out.i32 = [].slice.call(new Int32Array(buf)); out.f32 = Array.from(new Float32Array(buf), String);
  out.clamped = Array.from(Uint8ClampedArray.of(300, -5, 1.5, 2.5, NaN)); out.wrap = Array.from(Uint8Array.of(300, -5, 1.9, NaN));
  out.sub = Array.from(new Uint8Array(buf).subarray(2, -2)); out.set = (function () { var a = new Uint8Array(4); a.set([9, 8], 1); return a.join("-"); })();
  out.json = JSON.stringify(new Uint8Array(buf)).length; out.text = String(new Uint8Array(buf)); out.tag = Object.prototype.toString.call(view);
  out.big = [view.getBigUint64(0, true).toString(), String(BigInt.asIntN(12, view.getBigInt64(0)))];
  out.buffer = Buffer.from(buf).readFloatLE(4).toString() + Buffer.from(input.bytes).readUIntBE(1, 6);
  return { data: out };
}
