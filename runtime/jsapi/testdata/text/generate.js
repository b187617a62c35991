// Prints the vectors that the text functions and structuredClone are held to, see ../vectors.js:
//   node generate.js > vectors.jsonl
// It was last run with Node 20.
"use strict";
const add = require("../vectors.js");

for (const s of ["aGk=", "aGk", "a", " a G k = ", "aGk==", "aG-_", "", "é", "aGl=", "YQ==YQ==", "==", "ab=c", "abcde", "\taG\nk\r=\f", "AAECAwT/", "a=", "YQ", "YQ=", "YQ==", "+/+/", "aG\u00a0k=", "\u0141AAA"]) add(`atob(${JSON.stringify(s)})`);
for (const a of ["", "null", "undefined", "12345", "5", "Symbol()", "{ toString() { return 'aGk=' } }"]) { add(`atob(${a})`); add(`btoa(${a})`); }
for (const s of ["", "hi", "é", "é€", "\u0000\u00ff", "😀", "a".repeat(100)]) add(`btoa(${JSON.stringify(s)})`);
for (const a of ["[]", "true", "1.5"]) add(`btoa(${a})`);
add("try { atob('!') } catch (e) { return [e.name, e.code, e instanceof Error, Object.keys(e)] }");

for (const a of ["'é€😀'", "", "undefined", "null", "5", "'\\ud800x'", "{}"]) add(`new TextEncoder().encode(${a})`);
for (const [s, n] of [["é€", 4], ["😀a", 3], ["😀a", 5], ["abc", 2], ["", 2], ["abc", 0], ["\ud800", 3], ["é😀", 6]]) add(`const to = new Uint8Array(${n}); return [new TextEncoder().encodeInto(${JSON.stringify(s)}, to), to]`);
for (const a of ["5, new Uint8Array(3)", "'a', new Uint16Array(3)", "'a'"]) add(`new TextEncoder().encodeInto(${a})`);
add("new TextEncoder().encoding");
add("new TextEncoder().encode('a').constructor.name");

for (const l of ["utf-8", "UTF8", " utf-8\\n", "utf-16", "utf-16le", "UTF-16BE", "unicode", "latin1", "ascii", "iso-8859-1", "windows-1252", "gbk", "gb2312", "gb18030", "nope", "", "5", "utf-32", "null"]) add(`const d = new TextDecoder('${l}'); return [d.encoding, d.fatal, d.ignoreBOM]`);
for (const a of ["", "undefined", "null", "'utf-8', { fatal: true, ignoreBOM: true }", "'utf-8', null", "undefined, { fatal: 1 }"]) add(`const d = new TextDecoder(${a}); return [d.encoding, d.fatal, d.ignoreBOM]`);
const samples = ["", "61", "c3a9", "efbbbf61", "ff", "61ff62", "e282", "e28261", "f09f9880", "f09f98", "eda080", "c0af", "f4908080", "e0809f", "80", "fffe6100", "feff0061", "3dd800de", "00d8", "00d86100", "00dc", "610062", "00", "c4e3bac3", "e9a081", "efbbbfefbbbf61"];
for (const l of ["utf-8", "utf-16le", "utf-16be"])
  for (const h of samples) for (const o of ["", ", { fatal: true }", ", { ignoreBOM: true }"]) add(`new TextDecoder('${l}'${o}).decode(Buffer.from('${h}', 'hex'))`);
for (const h of ["c4e3bac3", "61c4e3", "8130813061", "a3a4"]) for (const l of ["gbk", "gb18030"]) add(`new TextDecoder('${l}').decode(Buffer.from('${h}', 'hex'))`);
add("new TextDecoder('gbk', { fatal: true }).decode(Buffer.from('c4ff', 'hex'))");
add("new TextDecoder('latin1').decode(Buffer.from('00417fa0e9ff', 'hex'))");
for (const a of ["", "undefined", "new ArrayBuffer(2)", "new Uint16Array([0x6161])", "new DataView(new ArrayBuffer(1))", "'a'", "5", "null", "{}", "[97]"]) add(`new TextDecoder().decode(${a})`);
for (const [l, pieces] of [["utf-8", ["f09f", "9880", "61"]], ["utf-8", ["e2", "82", "ac61e2"]], ["utf-8", ["ef", "bb", "bf61"]], ["utf-16le", ["3d", "d800", "de61"]], ["utf-16be", ["d8", "3dde", "0000", "61"]], ["utf-8", ["e2", "41"]], ["gbk", ["c4", "e3ba", "c3"]]])
  add(`const d = new TextDecoder('${l}'), out = []; for (const h of ${JSON.stringify(pieces)}) out.push(d.decode(Buffer.from(h, 'hex'), { stream: true })); out.push(d.decode()); out.push(d.decode(Buffer.from('6100', 'hex'))); return out`);

for (const code of [
  "structuredClone()", "structuredClone(undefined)", "structuredClone(null)", "structuredClone(5n)", "structuredClone('a')", "structuredClone({ a: [1, { b: 2 }], c: null, d: undefined })", "structuredClone([1, , 3])", "1 in structuredClone([1, , 3])", "structuredClone(Object.assign([1], { x: 1 })).x",
  "structuredClone(Object.assign([1, 2], { x: 1 })).length", "const o = {}; o.o = o; const c = structuredClone(o); return [c.o === c, c !== o]", "const x = {}; const c = structuredClone([x, x]); return c[0] === c[1]", "structuredClone(new Date(5)).getTime()", "structuredClone(new Date(NaN)).getTime()",
  "structuredClone(new Date(5)) instanceof Date", "const r = structuredClone(/a.b/gi); return [r.source, r.flags, r.lastIndex, r instanceof RegExp]", "const r = /a/g; r.lastIndex = 5; return structuredClone(r).lastIndex",
  "const k = {}; const c = structuredClone(new Map([[k, [k]], ['b', 2]])); const [[ck, cv]] = c; return [c instanceof Map, c.size, cv[0] === ck, c.get('b')]", "const m = new Map(); m.set('me', m); const c = structuredClone(m); return c.get('me') === c", "const c = structuredClone(new Set([1, 'a', {}])); return [c instanceof Set, [...c]]",
  "const e = structuredClone(Object.assign(new RangeError('m', { cause: { a: 1 } }), { code: 'C' })); return [e.name, e.message, e.cause.a, e.code, e instanceof RangeError]", "const e = new TypeError('m'); e.name = 'Foo'; const c = structuredClone(e); return [c.name, c.message]", "structuredClone(new Error('x')) instanceof Error",
  "structuredClone(new Uint8Array([1, 2]))", "structuredClone(new Float64Array([1.5]))", "structuredClone(new BigInt64Array([5n]))", "structuredClone(new Uint8ClampedArray([300]))", "const b = Buffer.from('ab'), c = structuredClone(b.subarray(1)); return [c.constructor.name, c.length, c[0], Buffer.isBuffer(c)]",
  "const a = new ArrayBuffer(4), c = structuredClone({ u: new Uint8Array(a, 1, 2), v: new Uint16Array(a) }); return [c.u.buffer === c.v.buffer, c.u.byteOffset, c.u.length, c.u.buffer !== a]", "const c = structuredClone(new DataView(new ArrayBuffer(4), 1, 2)); return [c instanceof DataView, c.byteOffset, c.byteLength]",
  "const a = new Uint8Array([1]), c = structuredClone(a); c[0] = 9; return a", "structuredClone(new ArrayBuffer(3)).byteLength", "structuredClone(new (class A { constructor() { this.x = 1 } })()).constructor === Object", "structuredClone({ get a() { return 7 } })", "structuredClone({ [Symbol('a')]: 1, b: 2 })",
  "structuredClone(Object.create({ a: 1 }, { b: { value: 1, enumerable: false }, c: { value: 2, enumerable: true } }))", "Object.getPrototypeOf(structuredClone(Object.create(null))) === Object.prototype", "const c = structuredClone(Object(true)); return [typeof c, c.valueOf()]", "const c = structuredClone(new String('ab')); return [typeof c, c + '']",
  "const c = structuredClone(JSON.parse('{\"__proto__\": {\"x\": 1}}')); return [Object.keys(c), c.x]", "structuredClone({ a: () => 1 })", "structuredClone(function f() {})", "structuredClone(Symbol('x'))", "structuredClone(new WeakMap())", "structuredClone(Promise.resolve())", "structuredClone(new Proxy({}, {}))",
  "structuredClone({ get a() { throw new Error('mine') } })", "try { structuredClone(() => 1) } catch (e) { return [e.name, e.code, e instanceof Error] }", "structuredClone([new URL('http://a')])", "structuredClone({ a: 1 }, { transfer: [] })", "structuredClone({ a: 1 }, {})",
]) add(code);
