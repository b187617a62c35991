// case: {"input": {"bytes": "05", "fPort": 0}}
// case: {"input": {"bytes": "05", "fPort": 1}}
function Decode(fPort, bytes) {
  if (fPort === 0) return {};
  return { count: bytes[0] };
}
