// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 2}}
// case: {"input": {"bytes": "0a", "fPort": 9}}
function Decoder(bytes, port) {
  var out = { kind: kind(port) };
  switch (port) {
    case 1:
      function scale(x) { return x / 10; }
      out.value = scale(bytes[0]);
      break;
    case 2:
      out.value = scale(bytes[0]) + offset();
      function offset() { return 100; }
      break;
    default:
      const own = 5;
      out.value = twice(own);
  }
  function twice(x) { return x * 2; }
  switch (twice(port)) {
    case 2: function unit() { return "first"; } break;
    case 4: function unit() { return "last"; }
  }
  if (port < 9) out.unit = unit();
  { function again() { return 1; } out.again = again(); function again() { return 2; } }
  out.again += again();
  return out;
}
function kind(port) {
  switch (port) {
    case 1: function name() { return "data"; }
    case 2: return name();
  }
  switch (port) { case 9: let z = "nine"; function closes() { return z; } return closes(); }
}
