// case: {"input": {"bytes": "00c8", "fPort": 1}}
// case: {"entry": "extractPoints", "input": {"message": {"temperature": 20}, "time": "2026-03-01T00:00:00Z"}}
exports.driver = {
  decodeUplink: function (input) { return { temperature: ((input.bytes[0] << 8) | input.bytes[1]) / 10 }; },
  extractPoints: function (input) { return { temperature: { eventTime: input.time, value: input.message.temperature } }; },
};
