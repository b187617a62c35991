// case: {"input": {"bytes": "00670110016700ff02d70304", "fPort": 99}}
function Decoder(bytes, port) {
  var out = {}, i = 0;
  var sizes = { 0x67: 2, 0xd7: 2 };
  while (i < bytes.length) {
    var channel = bytes[i++], type = bytes[i++], value = 0;
    for (var n = 0; n < sizes[type]; n++) value = value << 8 | bytes[i++];
    if (type === 0x67) (out.temperature = out.temperature || {})[channel] = value * 0.1;
    else out["type_" + type] = value;
  }
  return out;
}
