// case: {"input": {"bytes": "01", "fPort": 1}}
function Decoder() {
  var bytes = arguments[0], port = arguments[1];
  return { count: arguments.length, port: port, first: Array.prototype.slice.call(bytes)[0], is: Object.prototype.toString.call(bytes) };
}
