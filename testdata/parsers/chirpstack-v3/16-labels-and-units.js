// case: {"input": {"bytes": "070102", "fPort": 1}}
function Decode(fPort, bytes) {
  var units = ["°C", "%", "µg/m³", "Ω"];
  var out = {};
  Object.keys(units).forEach(function (k) { if (bytes[0] & (1 << k)) out[units[k]] = bytes[1] * (+k + 1); });
  out["温度"] = "热";
  out["\u{1F321}"] = "\u00b0";
  return out;
}
