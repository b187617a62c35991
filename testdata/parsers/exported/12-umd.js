// case: {"input": {"bytes": "03", "fPort": 1}}
(function (root, factory) {
  if (typeof define === "function" && define.amd) define([], factory);
  else if (typeof exports === "object") module.exports = factory();
  else root.driver = factory();
})(this, function () {
  return { decodeUplink: function (input) { return { data: { cube: Math.pow(input.bytes[0], 3) } }; } };
});
