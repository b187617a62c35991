// Prints the vectors that Buffer is held to, see ../vectors.js:
//   node generate.js > vectors.jsonl
// It was last run with Node 20.
"use strict";
const add = require("../vectors.js");

const encodings = ["utf8", "utf-8", "UTF8", "hex", "HEX", "base64", "base64url", "latin1", "binary", "ascii", "utf16le", "ucs2", "UCS-2", "utf-16LE"];
const texts = ["", "a", "abc", "0a1B2c", "0g", "123", "aGVsbG8=", "aGVsbG8", "-_-_+/+/", "YWJj ZGVm\n", "YQ==YQ==", "YWJj=ZGVm", "====", "Y=Q=",
  "é€😀", "\ud800a", "\udc00", "温度 25.5°C", "\u0000\u00ff", "1\u0141", "YWJj\u0141ZGVm", "YWJj*ZGVm"];
const hexes = ["", "00", "61", "6162", "616263", "e9", "c3a9", "e282ac", "e282", "f09f9880", "f09f98", "f09f", "eda080", "c0af", "f8888080", "61ff62", "e228a1",
  "f0288cbc", "efbbbf61", "80818283", "00d8", "3dd800de", "0102030405", "ffffffffffffffff", "fb", "fbff", "fbffbf", "e6b8a9e5baa6", "f4908080", "e0809f"];

for (const e of encodings) {
  for (const t of texts) {
    const s = JSON.stringify(t);
    add(`Buffer.from(${s}, "${e}")`);
    add(`Buffer.byteLength(${s}, "${e}")`);
  }
  for (const h of hexes) add(`Buffer.from("${h}", "hex").toString("${e}")`);
  add(`Buffer.isEncoding("${e}")`);
}
for (const h of hexes) add(`Buffer.from("${h}", "hex").toString()`);

for (const t of ["aé€😀b", "0102zz", "aGVsbG8=", "😀"])
  for (const e of ["utf8", "hex", "base64", "latin1", "ascii", "ucs2"])
    for (const [o, l] of [["0", "8"], ["1", "2"], ["0", "1"], ["2", "3"], ["3", "5"], ["8", "0"], ["0", "undefined"]])
      add(`const b = Buffer.alloc(8); return [b.write(${JSON.stringify(t)}, ${o}, ${l}, "${e}"), b]`);

const data = "Buffer.from('8182838485868788890a0bff7f80', 'hex')";
const plain = ["Int8", "UInt8", "Uint8", "Int16LE", "Int16BE", "UInt16LE", "Uint16BE", "Int32LE", "Int32BE", "UInt32LE", "UInt32BE", "Uint32LE",
  "FloatLE", "FloatBE", "DoubleLE", "DoubleBE", "BigInt64LE", "BigInt64BE", "BigUInt64LE", "BigUint64BE"];
for (const name of plain) {
  for (const o of ["", "0", "1", "3", "6", "10", "12", "13", "14", "100", "-1", "-0", "1.5", "NaN", "Infinity", "'1'", "null", "undefined", "true", "{}", "[]", "1n"])
    add(`${data}.read${name}(${o})`);
  add(`Buffer.alloc(0).read${name}()`);
  add(`Buffer.alloc(1).read${name}(0)`);
  const big = name.startsWith("Big");
  const values = big
    ? ["0n", "1n", "-1n", "2n ** 63n - 1n", "2n ** 63n", "2n ** 64n - 1n", "2n ** 64n", "-(2n ** 63n)", "-(2n ** 63n) - 1n", "1", "undefined", "'1'", "null", "0x0102030405060708n"]
    : ["0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "-32768", "-32769", "65535", "65536", "2147483647", "2147483648", "-2147483648",
      "-2147483649", "4294967295", "4294967296", "1.9", "-1.9", "-0.5", "3.4e38", "3.5e38", "1e-46", "0.1", "undefined", "null", "NaN", "'12'", "'x'", "true", "[]", "[5]", "Infinity",
      "-Infinity", "0x010203", "0x01020304", "1n", "-0"];
  for (const v of values) add(`const b = Buffer.alloc(8, 0xee); return [b.write${name}(${v}, 0), b]`);
  const v = big ? "5n" : "5";
  for (const o of ["", "undefined", "0", "1", "4", "6", "7", "8", "9", "-1", "1.5", "NaN", "'0'", "null"])
    add(`const b = Buffer.alloc(9, 0xee); return [b.write${name}(${v}${o && ", " + o}), b]`);
  add(`Buffer.alloc(0).write${name}(${v})`);
}
for (const name of ["IntLE", "IntBE", "UIntLE", "UIntBE", "UintBE"]) {
  for (const w of ["1", "2", "3", "4", "5", "6", "0", "7", "-1", "1.5", "'2'", "undefined", "null", "NaN", "Infinity"]) {
    for (const o of ["0", "3", "8", "9", "13"]) add(`${data}.read${name}(${o}, ${w})`);
    for (const v of ["1", "-1", "0x7f", "0x80", "-0x80", "-0x81", "0xff", "0x100", "0x7fffff", "0x800000", "0xffffff", "0x1000000", "2 ** 31", "2 ** 39 - 1", "2 ** 39", "-(2 ** 39)", "2 ** 40 - 1",
      "2 ** 40", "2 ** 47 - 1", "2 ** 47", "-(2 ** 47)", "2 ** 48 - 1", "2 ** 48", "1.9", "-1.9", "-0.5", "NaN", "undefined", "'7'", "0x010203040506"])
      add(`const b = Buffer.alloc(8, 0xee); return [b.write${name}(${v}, 1, ${w}), b]`);
  }
  add(`${data}.read${name}()`);
  add(`${data}.read${name}(undefined, 2)`);
  add(`${data}.read${name}(1.5, 2)`);
  add(`Buffer.alloc(8).write${name}(1, undefined, 2)`);
  add(`Buffer.alloc(8).write${name}(1, 7, 3)`);
  add(`Buffer.alloc(1).read${name}(0, 3)`);
}

for (const v of ["'a'", "'abc'", "'é'", "''", "0", "255", "256", "-1", "1.5", "null", "undefined", "true", "{}", "Buffer.from('xy')", "Buffer.alloc(0)", "new Uint8Array([1, 2])"])
  for (const rest of ["", ", 2", ", 1, 4", ", 5", ", 3, 2", ", -1", ", 1, 9", ", 'hex'", ", 'utf16le'", ", 1, 'latin1'", ", 1, 4, 'base64'", ", 0, 5, 'nope'", ", null"])
    add(`Buffer.alloc(5).fill(${v}${rest})`);
for (const v of ["'zz', 'hex'", "'abcd', 'hex'", "'abc', 'hex'", "'YQ', 'base64'", "'\\u00e9', 'latin1'", "'\\u00e9', 'ucs2'", "'a', 5", "'a', undefined", "'a', undefined, undefined, 'hex'"]) {
  add(`Buffer.alloc(4).fill(${v})`);
  add(`Buffer.alloc(4, ${v})`);
}

const hay = "Buffer.from('this is a buffer, a buffer')";
for (const f of ["indexOf", "lastIndexOf", "includes"]) {
  for (const v of ["'buffer'", "'is'", "'a'", "''", "'zzz'", "97", "97.9", "-159", "256 + 97", "Buffer.from('buffer')", "Buffer.from('')", "new Uint8Array([97])", "'6973', 0, 'hex'", "'6973', 'hex'",
    "'aXM', 0, 'base64'", "'a', undefined, 'latin1'", "{}", "null", "undefined", "true", "[97]", "'a', 0, 'nope'"])
    add(`${hay}.${f}(${v})`);
  for (const v of ["'a'", "'buffer'", "''", "97", "Buffer.from('a')"])
    for (const o of ["0", "3", "8", "9", "10", "18", "19", "25", "26", "100", "-1", "-6", "-7", "-8", "-26", "-100", "NaN", "undefined", "null", "'3'", "{}", "[]", "2.9", "-2.9", "Infinity", "-Infinity", "true"])
      add(`${hay}.${f}(${v}, ${o})`);
  for (const [h, n] of [["abcab", "b"], ["\u0061\u6100a", "a"], ["aaaa", "aa"], ["", "a"], ["ab", ""]])
    for (const o of ["0", "1", "2", "3", "4", "-1", "-2", "-4", "99", "undefined"])
      add(`Buffer.from(${JSON.stringify(h)}, "ucs2").${f}(${JSON.stringify(n)}, ${o}, "ucs2")`);
  add(`Buffer.from("aabb", "hex").${f}("ab", 0, "latin1")`);
}

const ten = "Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])";
for (const f of ["slice", "subarray"])
  for (const a of ["", "3", "3, 6", "-3", "-3, -1", "6, 3", "0, 100", "100", "-100, 2", "1.9, 3.9", "NaN, 3", "'2', '4'", "null, 2", "undefined, 2", "2, undefined", "2, null"])
    add(`${ten}.${f}(${a})`);
for (const a of ["'hex'", "'hex', 2", "'hex', 2, 4", "'hex', -1, 2", "'hex', 5, 2", "'hex', 100", "'hex', 1.9, 3.9", "'hex', '1', '3'", "'hex', NaN, 2", "'hex', undefined, 3", "'hex', 0, -1", "undefined, 0, 2",
  "null", "'nope'", "''", "5", "'nope', 100"])
  add(`${ten}.toString(${a})`);
for (const a of ["b", "b, 2", "b, 0, 3", "b, 1, 2, 5", "b, 100", "b, 0, 100", "b, 0, 0, 100", "b, -1", "b, 0, -1", "b, 0, 0, -1", "b, 1.9", "b, '1'", "b, NaN", "b, null, null, null", "b, 0, 5, 3", "b, 2 ** 60", "{}", "", "[1, 2]",
  "new Uint8Array(3)", "b, 0, 10", "b, 0, 11"])
  add(`const b = Buffer.alloc(4); return [${ten}.copy(${a}), b]`);
add(`const b = ${ten}; return [b.copy(b, 2, 0, 5), b]`);
add(`const b = ${ten}; return [b.copy(b, 0, 2, 7), b]`);
for (const a of ["b", "b, 0", "b, 1, 3", "b, 0, 3, 2", "b, 0, 3, 2, 5", "b, 5", "b, 0, 4", "b, -1", "b, 0, 3, 11", "b, 0, 3, 0, 11", "b, '1'", "b, 1.5", "b, 3, 3", "b, 0, 3, 5, 5", "b, 3, 3, 5, 5", "5", "", "b, 2, 1", "b, 4294967297"])
  add(`const b = Buffer.from([2, 3, 4]); return ${ten}.compare(${a})`);
for (const [a, b] of [["[]", "[]"], ["[1]", "[1]"], ["[1]", "[2]"], ["[2]", "[1]"], ["[1]", "[1, 0]"], ["[1, 0]", "[1]"]]) {
  add(`Buffer.compare(Buffer.from(${a}), Buffer.from(${b}))`);
  add(`Buffer.from(${a}).equals(new Uint8Array(${b}))`);
}
for (const a of ["5, 1", "Buffer.alloc(1), 'a'", "", "new Uint8Array(2), Buffer.alloc(2)"]) add(`Buffer.compare(${a})`);
for (const a of ["'a'", "", "{}", "null"]) add(`Buffer.alloc(1).equals(${a})`);

for (const n of [16, 32, 64]) for (const l of [0, 1, 2, 4, 8, 10, 16]) add(`Buffer.from(${JSON.stringify([...Array(l).keys()])}).swap${n}()`);

for (const a of ["[]", "[1, 2, 3]", "[256, -1, 1.9, NaN, '7', 'x', null, undefined, true, [4], 4294967297, 1e20, -1e20]", "new Array(3)", "[, 1]", "{ length: 2, 0: 1, 1: 2 }", "{ length: '2' }", "{ length: -1 }", "{ length: NaN }",
  "{ length: 1.5, 0: 7 }", "{ type: 'Buffer', data: [1, 2] }", "{ type: 'Buffer', data: 'x' }", "{ type: 'Buffer' }", "{ data: [1] }", "new Uint8Array([1, 2])", "new Uint16Array([1, 258])", "new Float32Array([1.5, 300])",
  "new ArrayBuffer(3)", "new Uint8Array([1, 2, 3]).buffer, 1", "new Uint8Array([1, 2, 3]).buffer, 1, 1", "new ArrayBuffer(3), 4", "new ArrayBuffer(3), 1, 3", "new ArrayBuffer(3), '1'", "new ArrayBuffer(3), NaN", "new ArrayBuffer(3), 1, -1",
  "new ArrayBuffer(3), null", "new ArrayBuffer(3), 3", "new String('hi')", "new String('6869'), 'hex'", "{ valueOf() { return 'v' } }", "{ valueOf() { return null } }", "{ valueOf() { return [1, 2] } }", "{ [Symbol.toPrimitive]() { return 'p' } }",
  "{ [Symbol.toPrimitive]() { return 5 } }", "new Number(5)", "5", "5n", "null", "undefined", "", "true", "Symbol('s')", "() => 1", "function named() {}", "{}", "new Map()", "Object.create(null)", "class A {}", "new (class Foo {})()",
  "'a', 'nope'", "'a', 5", "'a', null", "'a', ''", "'a', {}", "Buffer.from('ab')", "new DataView(new ArrayBuffer(2))", "[1n]", "'a string that is longer than that', 'a very long encoding name'"])
  add(`Buffer.from(${a})`);
for (const a of ["0", "3", "2.9", "'3'", "-1", "NaN", "undefined", "null", "{}", "3, 'ab'", "3, 1", "3, 257", "5, 'YWI=', 'base64'", "3, ''", "3, Buffer.from([1, 2])", "3, Buffer.alloc(0)", "0, 'x', 'nope'", "3, 'x', 'nope'", "3, 'x', 5",
  "3, null", "3, undefined", "3, true", "3, 0", "3, 'a', null", "'a string that is much longer than twenty-eight characters'"])
  add(`Buffer.alloc(${a})`);
for (const a of ["0", "5", "'5'", "-1", "NaN"]) add(`Buffer.allocUnsafe(${a}).length`);
for (const a of ["[]", "[Buffer.from('a'), Buffer.from('bc')]", "[Buffer.from('abc')], 2", "[Buffer.from('abc')], 5", "[new Uint8Array([1]), Buffer.from('a')]", "[], 5", "[Buffer.from('a')], 0", "[Buffer.from('a')], -1",
  "[Buffer.from('a')], '1'", "[Buffer.from('a')], 1.5", "[1]", "['a']", "[Buffer.alloc(1), null]", "5", "", "Buffer.from('a')", "{ length: 0 }"])
  add(`Buffer.concat(${a})`);
for (const a of ["'é'", "'é', 'latin1'", "'é', 'nope'", "'ab', null", "Buffer.alloc(3)", "new Uint16Array(2)", "new ArrayBuffer(4)", "new DataView(new ArrayBuffer(5))", "5", "", "null", "{}", "[1]", "'YQ==', 'base64url'", "'', 'hex'"])
  add(`Buffer.byteLength(${a})`);
for (const a of ["'utf8'", "'UTF-8'", "'nope'", "''", "5", "undefined", "null", "'buffer'", "'utf-16be'", "'base64URL'", "'Latin1'"]) add(`Buffer.isEncoding(${a})`);
for (const a of ["Buffer.alloc(1)", "new Uint8Array(1)", "{}", "null", "'a'", "Buffer.prototype", "Buffer.from('abc').subarray(1)"]) add(`Buffer.isBuffer(${a})`);
for (const a of ["1, 2, 3", "", "256, -1, 'a'"]) add(`Buffer.of(${a})`);
for (const a of ["new Uint16Array([1, 2, 3])", "new Uint16Array([1, 2, 3]), 1", "new Uint16Array([1, 2, 3]), 1, 1", "new Uint8Array(0)", "new Uint16Array([1]), 5", "new Uint16Array([1]), 0, 5", "new Uint16Array([1]), -1", "new Uint16Array([1]), 'a'", "[1]", "'a'"])
  add(`Buffer.copyBytesFrom(${a})`);
for (const a of ["5", "5, 'hex'", "'a'", "'6162', 'hex'", "[1, 2]", "-1", "null", "1.5"]) add(`new Buffer(${a})`);
add("Buffer(3)");
for (const a of ["5", "", "undefined", "{}", "'a', 9", "'a', -1", "'a', 1.5", "'a', '1'", "'a', 0, 9", "'a', 0, -1", "'a', 0, 1, 'nope'", "'a', null", "'abc', 'hex'", "'abc', 1, 'latin1'", "'abcdef'", "'abcdef', 2", "'a', 4", "'', 4", "'ab', 0, 1, null"])
  add(`const b = Buffer.alloc(4); return [b.write(${a}), b]`);

for (const code of [
  "Buffer.from([1, 2]).toJSON()",
  "Buffer.alloc(0).toJSON()",
  "JSON.stringify({ b: Buffer.from('hi') })",
  "Buffer.from(JSON.parse(JSON.stringify(Buffer.from('hi'))))",
  "String(Buffer.from('hé'))",
  "Buffer.from('a') + 'b'",
  "Buffer.from('abc').inspect()",
  "Buffer.alloc(51).inspect()",
  "Buffer.alloc(60).inspect().length",
  "Buffer.from('abc').length",
  "Buffer.from('abc')[1]",
  "Buffer.from('abc')[9]",
  "const b = Buffer.from('abc'); b[0] = 0x141; b[9] = 1; return [b, b.length]",
  "const b = Buffer.from('abc'), s = b.slice(1); s[0] = 0x21; return b",
  "const b = Buffer.from('abc'), s = b.subarray(1, 2); s.fill('z'); return b",
  "const a = new ArrayBuffer(4), b = Buffer.from(a, 1, 2); b[0] = 7; return new Uint8Array(a)",
  "const a = new Uint8Array([1, 2]), b = Buffer.from(a); b[0] = 7; return a",
  "const a = new Uint8Array([1, 2]), b = Buffer.from(a.buffer); b[0] = 7; return a",
  "const b = Buffer.from('abc'); return [b instanceof Buffer, b instanceof Uint8Array, b.constructor === Buffer, b.constructor.name]",
  "[...Buffer.from('abc')]",
  "[...Buffer.from('ab').entries()]",
  "Array.from(Buffer.from('ab'))",
  "Buffer.from('abc').map((x) => x + 1)",
  "Buffer.from('abc').filter((x) => x > 97)",
  "Buffer.from('abc').reverse()",
  "Buffer.from('cab').sort()",
  "Buffer.from('abc').reduce((a, x) => a + x, 0)",
  "Buffer.from('abc').join('-')",
  "Buffer.from('abc').every((x) => x > 90)",
  "Buffer.from('abc').at(-1)",
  "Buffer.from('abc').set([1, 2], 1)",
  "const b = Buffer.from('abc'); b.set([1, 2], 1); return b",
  "Uint8Array.prototype.slice.call(Buffer.from('abc'), 1)",
  "Buffer.from('abc').slice(1).byteLength",
  "Object.prototype.toString.call(Buffer.alloc(1))",
  "typeof Buffer",
  "Buffer.name",
  "Buffer.length",
  "Buffer.poolSize",
  "Object.keys(Buffer.from('ab'))",
  "Array.isArray(Buffer.from('ab'))",
  "'readUInt8' in Buffer.alloc(1)",
  "Buffer.alloc(1).hasOwnProperty('readUInt8')",
  "Buffer.prototype.hasOwnProperty('readUInt8')",
  "Buffer.prototype.readUInt8 === Buffer.prototype.readUInt8",
  "Buffer.prototype.readUInt8.call(new Uint8Array([7]), 0)",
  "Buffer.prototype.toString.call(Buffer.from('abc'), 'hex', 1)",
  "const { from } = Buffer; return from('abc')",
  "Buffer.prototype.twice = function () { return this.length * 2 }; const n = Buffer.alloc(3).twice(); delete Buffer.prototype.twice; return [n, Buffer.alloc(1).twice]",
  "const b = Buffer.alloc(2); b.extra = 5; return [b.extra, b]",
  "Buffer.from('abc').hexSlice(1, 3)",
  "Buffer.from('abc').utf8Slice()",
  "Buffer.from('abc').latin1Slice(0, 2)",
  "const b = Buffer.alloc(3); return [b.hexWrite('0102', 1), b]",
  "const b = Buffer.alloc(3); return [b.utf8Write('é€'), b]",
  "Buffer.from('abc').buffer instanceof ArrayBuffer",
  "const b = Buffer.from([1, 2, 3, 4]); const d = new DataView(b.buffer, b.byteOffset, b.length); return d.getUint16(1)",
  "const b = Buffer.alloc(4); b.writeFloatBE(NaN); return b",
  "const b = Buffer.alloc(8); b.writeDoubleBE(NaN); return b",
  "Buffer.from('7fc00001', 'hex').readFloatBE()",
  "Buffer.from('00000001', 'hex').readFloatBE()",
  "Buffer.from('80000000', 'hex').readFloatBE()",
  "Buffer.from('ff800000', 'hex').readFloatBE()",
  "Buffer.from('41cc0000', 'hex').readFloatBE()",
  "Buffer.from('3dcccccd', 'hex').readFloatBE()",
]) add(code);
