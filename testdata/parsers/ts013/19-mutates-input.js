// case: {"input": {"bytes": "010203", "fPort": 1}}
function decodeUplink(input) {
  var first = input.bytes.shift();
  input.bytes.reverse().push(first);
  input.fPort += 1;
  delete input.variables;
  return { data: { bytes: input.bytes, port: input.fPort, keys: Object.keys(input).sort().slice(0, 2) } };
}
