// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02ff", "fPort": 1}}
// case: {"input": {"bytes": "8080", "fPort": 1}}
// case: {"input": {"bytes": "7f", "fPort": 1}}
// case: {"input": {"bytes": "000102", "fPort": 1}}
// case: {"input": {"bytes": "ffff", "fPort": 1}}
!function (e, t) { "object" == typeof exports && "object" == typeof module ? module.exports = t() : "function" == typeof define && define.amd ? define([], t) : "object" == typeof exports ? exports.codec = t() : e.codec = t(); }("undefined" != typeof self ? self : this, (function () { return (() => { "use strict"; var e = { 10: (e, t) => { Object.defineProperty(t, "__esModule", { value: !0 }), t.sum = void 0; t.sum = function (e) { return e.reduce((function (e, t) { return e + t; }), 0); }; } }, t = {}; function r(n) { var o = t[n]; if (void 0 !== o) return o.exports; var i = t[n] = { exports: {} }; return e[n](i, i.exports, r), i.exports; } var n = {}; return (() => { var e = n; Object.defineProperty(e, "__esModule", { value: !0 }), e.decodeUplink = void 0; const t = r(10); e.decodeUplink = function (e) { const r = e.bytes; return { data: { sum: (0, t.sum)(r), min: Math.min(...r), max: Math.max.apply(Math, r), avg: +(r.reduce(((e, t) => e + t)) / r.length).toFixed(2) } }; }; })(), n; })(); }));
