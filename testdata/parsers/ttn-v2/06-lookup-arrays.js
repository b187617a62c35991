// case: {"input": {"bytes": "000102ff", "fPort": 1}}
var STATES = ["idle", "charging", "full"];
function Decoder(bytes, port) {
  return { states: bytes.map(function (b) { return STATES[b] || "state " + b; }), last: STATES[STATES.length - 1], none: STATES[9] };
}
