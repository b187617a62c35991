// case: {"input": {"bytes": "07", "fPort": 1}}
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const codec = { decodeUplink(input) { return { data: { seven: input.bytes[0] } }; } };
exports.default = codec;
