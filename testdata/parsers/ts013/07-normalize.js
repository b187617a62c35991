// case: {"entry": "normalizeUplink", "input": {"data": {"t": 21.5, "rh": 48, "batt": 3.1}}}
// case: {"entry": "normalizeUplink", "input": {"data": {"t": [20, 21], "batt": 3}}}
// case: {"input": {"bytes": "d7601f", "fPort": 1}}
function decodeUplink(input) {
  var [t, rh, batt] = input.bytes;
  return { data: { t: t / 10, rh: rh / 2, batt: batt / 10 } };
}
function normalizeUplink(input) {
  var list = Array.isArray(input.data.t) ? input.data.t : [input.data.t];
  return {
    data: list.map(function (t) {
      return { air: { temperature: t, relativeHumidity: input.data.rh }, battery: input.data.batt };
    }),
  };
}
