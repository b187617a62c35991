// case: {"input": {"bytes": "0a", "fPort": 1}}
// case: {"input": {"bytes": "0b14", "fPort": 1}}
// case: {"input": {"bytes": "ff00", "fPort": 1}}
// case: {"input": {"bytes": "0102030405", "fPort": 1}}
// case: {"input": {"bytes": "80", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
"use strict";
var __extends = (this && this.__extends) || (function () { var extendStatics = function (d, b) { extendStatics = Object.setPrototypeOf || ({ __proto__: [] } instanceof Array && function (d, b) { d.__proto__ = b; }) || function (d, b) { for (var p in b) if (Object.prototype.hasOwnProperty.call(b, p)) d[p] = b[p]; }; return extendStatics(d, b); }; return function (d, b) { extendStatics(d, b); function __() { this.constructor = d; } d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __()); }; })();
var __spreadArray = (this && this.__spreadArray) || function (to, from, pack) { for (var i = 0, l = from.length; i < l; i++) to[to.length] = from[i]; return to.concat([]); };
var __assign = (this && this.__assign) || function () { __assign = Object.assign || function (t) { return t; }; return __assign.apply(this, arguments); };
var Frame = /** @class */ (function () { function Frame(bytes) { this.bytes = bytes; } Object.defineProperty(Frame.prototype, "first", { get: function () { return this.bytes[0]; }, enumerable: false, configurable: true }); Frame.prototype.toJSON = function () { return { kind: this.constructor.name, first: this.first }; }; return Frame; }());
var LongFrame = /** @class */ (function (_super) { __extends(LongFrame, _super); function LongFrame() { return _super !== null && _super.apply(this, arguments) || this; } LongFrame.prototype.toJSON = function () { return __assign(__assign({}, _super.prototype.toJSON.call(this)), { length: this.bytes.length }); }; return LongFrame; }(Frame));
var Kind; (function (Kind) { Kind[Kind["Short"] = 1] = "Short"; Kind[Kind["Long"] = 2] = "Long"; })(Kind || (Kind = {}));
exports.decodeUplink = void 0;
function decodeUplink(input) { var _a, _b; var f = input.bytes.length > 1 ? new LongFrame(input.bytes) : new Frame(input.bytes); return { data: { f: f, kind: Kind[Math.min(2, input.bytes.length)], all: __spreadArray([0], input.bytes), opt: (_b = (_a = input.variables) === null || _a === void 0 ? void 0 : _a.x) !== null && _b !== void 0 ? _b : "none", inst: f instanceof Frame } }; }
exports.decodeUplink = decodeUplink;
