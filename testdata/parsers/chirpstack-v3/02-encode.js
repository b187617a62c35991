// case: {"entry": "encodeDownlink", "input": {"data": {"interval": 600}, "fPort": 3}}
// case: {"entry": "encodeDownlink", "input": {"data": {"reset": true}, "fPort": 3, "variables": {"key": "7"}}}
// case: {"entry": "decodeUplink", "input": {"bytes": "05", "fPort": 3}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "05", "fPort": 3}}
function Encode(fPort, obj, variables) {
  if (obj.reset) return [0x04, 0xFF, Number(variables.key)];
  return [fPort, obj.interval >> 8, obj.interval & 0xFF];
}
function Decode(fPort, bytes) {
  return { v: bytes[0] };
}
