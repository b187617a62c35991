// case: {"input": {"bytes": "0b", "fPort": 1}}
(function (target) {
  Object.defineProperty(target, "decodeUplink", { value: (input) => ({ data: { odd: input.bytes[0] % 2 === 1 } }), enumerable: false });
})(typeof exports === "undefined" ? this : exports);
