// case: {"input": {"bytes": "0a", "fPort": 1, "variables": {"gain": "2.5"}}}
// case: {"input": {"bytes": "0b", "fPort": 1}}
function Decode(fPort, bytes, variables) {
  var gain = variables && variables.gain ? parseFloat(variables.gain) : 1;
  return { value: bytes[0] * gain, gain: gain };
}
