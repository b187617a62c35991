// case: {"entry": "encodeDownlink", "input": {"data": {"period": 300, "led": true}}}
// case: {"entry": "encodeDownlink", "input": {"data": {"period": -1}}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "012c01", "fPort": 10}}
// case: {"entry": "decodeUplink", "input": {"bytes": "01", "fPort": 10}}
// case: {"entry": "normalizeUplink", "input": {"data": {}}}
function encodeDownlink(input) {
  const { period, led = false } = input.data;
  if (period < 0) return { errors: ["period must not be negative"] };
  return { bytes: [period >> 8, period & 0xff, led ? 1 : 0], fPort: 10, warnings: [] };
}
function decodeDownlink(input) {
  return { data: { period: input.bytes[0] * 256 + input.bytes[1], led: !!input.bytes[2] } };
}
function decodeUplink({ bytes: [ok] }) {
  return { data: { ok } };
}
