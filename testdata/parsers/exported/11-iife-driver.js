// case: {"input": {"bytes": "64", "fPort": 1}}
var driver = (() => {
  "use strict";
  const modules = { 1: (m) => { m.exports = (v) => v / 100; }, 0: (m, load) => { m.exports = { decodeUplink: (i) => ({ data: { ratio: load(1)(i.bytes[0]) } }) }; } };
  const cache = {};
  const load = (id) => (cache[id] ??= ((m) => (modules[id](m, load), m))({ exports: {} })).exports;
  return load(0);
})();
