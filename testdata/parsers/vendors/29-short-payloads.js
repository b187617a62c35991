// case: {"input": {"bytes": "01fa", "fPort": 1}}
// case: {"input": {"bytes": "", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 1}}
// case: {"input": {"bytes": "03", "fPort": 1}}
// case: {"input": {"bytes": "04", "fPort": 1}}
// case: {"input": {"bytes": "05", "fPort": 1}}
// case: {"input": {"bytes": "06", "fPort": 1}}
// case: {"input": {"bytes": "07", "fPort": 1}}
// case: {"input": {"bytes": "08", "fPort": 1}}
// case: {"input": {"bytes": "09", "fPort": 1}}
var types = { 1: { name: "temperature", read: function (b, i) { return b[i].toString(16); } } };
var text = function (bytes) { return String.fromCharCode.apply(null, bytes); };
function decodeUplink(input) {
  try {
    return { data: decode(input.bytes) };
  } catch (e) {
    return { data: { raw: e.toString(), kind: e.name }, errors: [e.message], warnings: [e instanceof TypeError] };
  }
}
function decode(bytes) {
  var out = {}, last = null;
  switch (bytes[0]) {
    case 1: out[types[bytes[0]].name] = types[bytes[0]].read(bytes, 1); return out;
    case 3: return bytes.readUInt16BE(1);
    case 4: return text(bytes).match(/(\d+)/)[1];
    case 5: out.nested.value = 1; return out;
    case 6: return types[1].write(bytes);
    case 7: return last.value;
    case 8: for (var sample of bytes.samples) out.push(sample); return out;
    case 9: return Buffer.from(bytes).readUInt32LE(0);
  }
  return types[bytes[0]].read(bytes, 1);
}
