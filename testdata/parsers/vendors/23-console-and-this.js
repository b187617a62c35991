// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "0203", "fPort": 1}}
// case: {"input": {"bytes": "ff", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
// case: {"input": {"bytes": "0a0b0c", "fPort": 1}}
// case: {"input": {"bytes": "7f", "fPort": 1}}
console.log("loading %s", "codec"); console.warn(); console.error(new Error("x")); console.info({ a: 1 }); console.debug([1]);
var top = this, device_type = "meter", self_name = typeof this;
if (typeof console !== "undefined" && console.table) console.table([1]);
var decodeUplink = function (input) {
  var that = this;
  var out = { top: typeof top, self: self_name, that: that === undefined ? "undefined" : typeof that, sloppy: (function () { return typeof this; })(), strict: (function () { "use strict"; return typeof this; })(), arrow: (() => typeof this)(), type: device_type, viaGlobal: globalThis.device_type, typeofs: [typeof module, typeof exports, typeof process, typeof window, typeof global, typeof setTimeout, typeof Buffer].slice(0, 2) };
  console.log("bytes", input.bytes); console.log(); console.time && out;
  out.bound = (function () { return this.x; }).bind({ x: input.bytes[0] })(); out.called = Math.max.call(null, 1, 2) + [].concat.apply([], [[1], [2]]).length;
  return { data: out };
};
