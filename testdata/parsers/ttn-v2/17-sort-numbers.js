// case: {"input": {"bytes": "0a0164320900", "fPort": 1}}
function Decoder(bytes) {
  var sorted = bytes.slice().sort(function (a, b) { return a - b; });
  return { text: bytes.slice().sort(), sorted: sorted, median: (sorted[2] + sorted[3]) / 2, desc: sorted.reverse()[0], found: bytes.find(function (b) { return b > 9; }), total: bytes.reduce(function (a, b) { return a + b; }) };
}
