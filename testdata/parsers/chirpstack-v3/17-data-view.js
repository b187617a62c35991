// case: {"input": {"bytes": "3f9d70a4400c000000000000", "fPort": 1}}
function Decode(fPort, bytes) {
  var buffer = new ArrayBuffer(bytes.length);
  var view = new DataView(buffer);
  bytes.forEach(function (b, i) { view.setUint8(i, b); });
  return { f: view.getFloat32(0), f2: Number(view.getFloat32(0).toFixed(2)), d: view.getFloat64(4), u: view.getUint16(0, true), big: new Uint8Array(buffer).length };
}
