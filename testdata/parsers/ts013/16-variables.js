// case: {"input": {"bytes": "64", "fPort": 1, "variables": {"offset": "5", "unit": "F"}}}
// case: {"input": {"bytes": "64", "fPort": 1, "variables": {}}}
function decodeUplink(input) {
  var v = input.variables || {};
  var t = input.bytes[0] + Number(v.offset || 0);
  return { data: { t: v.unit === "F" ? Math.round((t * 9) / 5 + 32) : t } };
}
