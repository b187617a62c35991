// case: {"input": {"bytes": "416c61726d0000", "fPort": 1}}
// case: {"input": {"bytes": "c3bc4700", "fPort": 1}}
function Decoder(bytes, port) {
  var text = decodeURIComponent(bytes.filter(function (b) { return b; }).map(function (b) { return "%" + ("0" + b.toString(16)).slice(-2); }).join(""));
  return { text: text, length: text.length, upper: text.toUpperCase(), nul: String.fromCharCode.apply(null, bytes).indexOf("\0") };
}
