// case: {"input": {"bytes": "48656c6c6f", "fPort": 1}}
function Decode(fPort, bytes) {
  var hex = bytes.map(function (b) { return ("00" + b.toString(16)).substr(-2); }).join("");
  return {
    text: String.fromCharCode.apply(String, bytes), hex: hex, max: Math.max.apply(Math, bytes), index: bytes.indexOf(0x6c),
    some: bytes.some(function (b) { return b > 100; }), concat: bytes.concat([0]).length, slice: bytes.slice(-2), joined: bytes.join("-"),
  };
}
