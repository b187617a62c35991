// case: {"entry": "extractPoints", "input": {"message": {"temperature": 31.4, "history": [{"t": 1, "v": 5}]}, "time": "2026-03-01T00:00:00.000Z"}}
// case: {"entry": "extractPoints", "input": {"message": {}, "time": "2026-03-01T00:00:00.000Z"}}
// case: {"input": {"bytes": "013a", "fPort": 1}}
function decodeUplink(input) {
  return { data: { temperature: (input.bytes[0] << 8 | input.bytes[1]) / 10 } };
}
function extractPoints(input) {
  let result = {};
  if (typeof input.message.temperature !== "undefined") {
    result.temperature = { eventTime: input.time, value: input.message.temperature };
  }
  (input.message.history || []).forEach((h) => {
    (result.history ||= []).push({ eventTime: new Date(new Date(input.time) - h.t * 60000).toISOString(), value: h.v });
  });
  return result;
}
