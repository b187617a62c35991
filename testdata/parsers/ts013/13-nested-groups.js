// case: {"input": {"bytes": "0c1e05dc64", "fPort": 7}}
var HANDLERS = { 7: periodic, 8: alarm };
function periodic(b) { return { water: { flow: b[0] / 10, temperature: b[1] }, power: { volts: ((b[2] << 8) + b[3]) / 1000, percent: b[4] } }; }
function alarm(b) { return { alarm: b[0] }; }
function decodeUplink(input) {
  var handler = HANDLERS[input.fPort];
  return handler ? { data: handler(input.bytes), warnings: [], errors: [] } : { data: null, errors: ["no handler"] };
}
