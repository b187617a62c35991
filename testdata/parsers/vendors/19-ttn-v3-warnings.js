// case: {"input": {"bytes": "0161", "fPort": 7}}
// case: {"input": {"bytes": "02", "fPort": 7}}
// case: {"input": {"bytes": "0301ff", "fPort": 7}}
// case: {"input": {"bytes": "04", "fPort": 7}}
// case: {"input": {"bytes": "0500000001", "fPort": 7}}
// case: {"input": {"bytes": "ff", "fPort": 7}}
function decodeUplink(input) {
  var data = {}, warnings = [], errors = [];
  var b = input.bytes.slice(1), events = { 1: "setup", 2: "interval", 3: "motion", 4: "button" };
  data.event = events[input.bytes[0]];
  if (data.event === undefined) { errors.push("unknown event " + input.bytes[0]); return { data: {}, warnings: warnings, errors: input.fPort == 8 ? errors : undefined }; }
  data.battery = b.length ? (b[0] << 8 | b[1]) : NaN;
  data.temperature = b[1] === undefined ? null : ((b[1] << 24) >> 24) / 2;
  if (data.battery < 300) { warnings.push("low battery"); }
  if (!(data.battery >= 0)) delete data.battery;
  data.nested = { deep: { deeper: [{}, [], [[]]] }, "with space": true, "": 0, 1: "one" };
  return { data: data, warnings: warnings };
}
function normalizeUplink(input) { return { data: { air: { temperature: input.data.temperature } } }; }
