// case: {"input": {"bytes": "1e", "fPort": 1}}
// case: {"input": {"bytes": "ff", "fPort": 1}}
function decodeUplink(input) {
  const result = { data: {}, warnings: [] };
  result.data.battery = 1.8 + input.bytes[0] * 0.01;
  if (result.data.battery < 2.5) result.warnings.push("battery is low");
  return result;
}
