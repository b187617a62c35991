// case: {"input": {"bytes": "0203", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "09", "fPort": 1}}
(() => {
  var __webpack_modules__ = {
    12: (module) => { module.exports = { product: (a, b) => a * b }; },
    34: (module, exports, __webpack_require__) => {
      const math = __webpack_require__(12);
      exports.decodeUplink = (input) => ({ data: { product: math.product(...input.bytes) } });
      exports.decodeDownlink = (input) => ({ data: { raw: input.bytes } });
    },
  };
  var __webpack_module_cache__ = {};
  function __webpack_require__(id) {
    var cached = __webpack_module_cache__[id];
    if (cached !== undefined) return cached.exports;
    var module = (__webpack_module_cache__[id] = { exports: {} });
    __webpack_modules__[id](module, module.exports, __webpack_require__);
    return module.exports;
  }
  var __webpack_exports__ = __webpack_require__(34);
  module.exports = __webpack_exports__;
})();
