// case: {"input": {"bytes": "3132332e34350d0a", "fPort": 1}}
function Decode(fPort, bytes) {
  var text = "";
  for (var i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return { f: parseFloat(text), i: parseInt(text), o: parseInt("010"), n: Number(text), s: +("" + bytes[0]), x: parseInt("ff", 16), none: parseInt(""), trimmed: text.trim(), e: Number("1e3"), empty: Number("") };
}
