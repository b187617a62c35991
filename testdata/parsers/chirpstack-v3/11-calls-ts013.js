// case: {"input": {"bytes": "10", "fPort": 1}}
// With both of them, TS013's function is the one that is called.
function decodeUplink(input) {
  return { data: { value: input.bytes[0], by: "decodeUplink" } };
}
function Decode(fPort, bytes, variables) {
  return decodeUplink({ bytes: bytes, fPort: fPort, variables: variables }).data;
}
