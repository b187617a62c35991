// case: {"input": {"bytes": "0a", "fPort": 1}}
// case: {"input": {"bytes": "14", "fPort": 1}, "continues": true}
// case: {"input": {"bytes": "1e", "fPort": 1}, "continues": true}
exports.driver = {
  decodeUplink(input) {
    context.push(input.bytes[0]);
    if (context.length > 2) context.shift();
    return { data: { window: context.slice(), mean: context.reduce((a, b) => a + b) / context.length } };
  },
};
