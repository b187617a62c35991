// case: {"input": {"bytes": "01", "fPort": 9}}
// case: {"input": {"bytes": "", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
function decodeUplink(input) {
  if (input.fPort !== 1) return { errors: ["unknown FPort " + input.fPort] };
  if (input.bytes.length < 1) return { errors: ["payload is too short", "nothing was decoded"] };
  return { data: { state: input.bytes[0] } };
}
