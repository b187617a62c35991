// case: {"input": {"bytes": "0102", "fPort": 1}}
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.decodeUplink = exports.Kind = void 0;
var Kind;
(function (Kind) {
    Kind[Kind["Status"] = 1] = "Status";
    Kind[Kind["Data"] = 2] = "Data";
})(Kind || (exports.Kind = Kind = {}));
var __assign = (this && this.__assign) || function () {
    __assign = Object.assign || function (t) { return t; };
    return __assign.apply(this, arguments);
};
function decodeUplink(input) {
    return { data: __assign(__assign({}, { kind: Kind[input.bytes[0]] }), { next: Kind[input.bytes[1]] }) };
}
exports.decodeUplink = decodeUplink;
