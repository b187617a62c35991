// Prints the vectors that crypto is held to, see ../vectors.js:
//   node generate.js > vectors.jsonl
// It was last run with Node 20.
"use strict";
const add = require("../vectors.js");

const hashes = ["md5", "MD5", "sha1", "sha-1", "SHA224", "sha256", "sha-256", "RSA-SHA256", "sha384", "sha512", "sha512-224", "sha512-256", "sha3-224", "sha3-256", "sha3-384", "sha3-512"];
for (const h of hashes) {
  for (const data of ["'abc'", "''", "'é€😀'", "Buffer.from([0, 255])", "'00ff', 'hex'", "'AP8=', 'base64'", "'é', 'latin1'", "'a', 'nope'", "new Uint16Array([1, 2])", "new DataView(new ArrayBuffer(3))"])
    add(`crypto.createHash('${h}').update(${data}).digest('hex')`);
  add(`crypto.createHmac('${h}', 'key').update('a').update('bc').digest('base64')`);
}
for (const enc of ["", "'hex'", "'HEX'", "'base64'", "'base64url'", "'latin1'", "'binary'", "'utf8'", "'buffer'", "'nope'", "null", "undefined"])
  add(`crypto.createHash('md5').update('x').digest(${enc})`);
for (const code of [
  "crypto.createHash('nope')", "crypto.createHash(5)", "crypto.createHash()", "crypto.createHash('md5').update(5)", "crypto.createHash('md5').update()", "crypto.createHash('md5').update(new ArrayBuffer(2))",
  "crypto.createHash('md5').update('abc', 'hex')", "const h = crypto.createHash('md5'); h.digest(); h.update('a'); return 0", "const h = crypto.createHash('md5'); h.digest(); return h.digest()",
  "const h = crypto.createHash('md5'); h.digest(); h.copy(); return 0",
  "const h = crypto.createHash('sha256').update('a'), c = h.copy(); return [h.update('b').digest('hex'), c.update('c').digest('hex')]",
  "const h = crypto.createHash('sha3-256').update('a'), c = h.copy(); return [h.digest('hex'), c.digest('hex')]",
  "const h = crypto.createHash('md5'); return h.update('a') === h",
  "crypto.createHmac('nope', 'k')", "crypto.createHmac('sha1')", "crypto.createHmac('sha1', 5)", "crypto.createHmac('sha1', null)", "crypto.createHmac(5, 'a')", "crypto.createHmac('sha1', '').digest('hex')",
  "const h = crypto.createHmac('sha1', 'k'); h.digest(); return h.digest()", "const h = crypto.createHmac('sha1', 'k'); h.digest(); return h.digest('hex')",
  "const h = crypto.createHmac('sha1', 'k'); h.digest(); h.update('a'); return 0", "crypto.createHmac('sha1', new ArrayBuffer(2)).digest('hex')", "crypto.createHmac('sha1', new Uint8Array([1, 2])).digest('hex')",
  "crypto.createHmac('sha1', '6162', { encoding: 'hex' }).digest('hex')", "crypto.hash('sha1', 'abc')", "crypto.hash('sha1', Buffer.from('abc'), 'base64')", "crypto.hash('sha1', 'abc', 'buffer')", "crypto.hash('nope', 'abc')",
  "crypto.randomBytes(0)", "crypto.randomBytes(16).length", "crypto.randomBytes('1')", "crypto.randomBytes()", "crypto.randomInt(0)", "crypto.randomInt(5, 5)", "crypto.randomInt(1.5)", "crypto.randomInt(2 ** 48 + 1)", "crypto.randomInt('1')",
  "crypto.randomInt(-5, 2 ** 48)", "crypto.randomInt()", "crypto.randomInt(1)", "crypto.randomInt(7, 8)", "crypto.randomInt(-3, -2)", "crypto.randomUUID().length", "crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a'))",
  "crypto.timingSafeEqual(Buffer.from('a'), new Uint8Array([98]))", "crypto.timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2))", "crypto.timingSafeEqual('a', Buffer.alloc(1))", "crypto.timingSafeEqual(Buffer.alloc(1), 5)",
  "crypto.timingSafeEqual(new ArrayBuffer(2), new Uint16Array(1))",
]) add(code);

const hex = (n, from = 0) => `Buffer.from('${Buffer.from(Array.from({ length: n }, (_, i) => (from + i * 7) & 255)).toString("hex")}', 'hex')`;
const ivOf = { ecb: "null", cbc: hex(16, 3), ctr: hex(16, 240), gcm: hex(12, 9), ccm: hex(12, 9) };
for (const bits of [128, 192, 256])
  for (const mode of ["ecb", "cbc", "ctr", "gcm", "ccm"])
    for (const n of [0, 1, 15, 16, 17, 32, 100]) {
      const open = `'aes-${bits}-${mode}', ${hex(bits / 8, bits)}, ${ivOf[mode]}, { authTagLength: ${mode === "ccm" ? 8 : 16} }`;
      const aead = mode === "gcm" || mode === "ccm";
      const aad = aead ? `.setAAD(${hex(5)}, { plaintextLength: ${n} })` : "";
      add(`const c = crypto.createCipheriv(${open})${aad}; const out = Buffer.concat([c.update(${hex(n, 50)}), c.final()]); const tag = ${aead ? "c.getAuthTag()" : "null"}; ` +
        `const d = crypto.createDecipheriv(${open})${aad ? ".setAuthTag(tag)" + aad : ""}; return [out, tag, Buffer.concat([d.update(out), d.final()])]`);
      if (mode !== "ccm")
        add(`const c = crypto.createCipheriv(${open})${aad}, parts = []; const data = ${hex(n, 50)}; for (let i = 0; i < data.length; i += 7) parts.push(c.update(data.subarray(i, i + 7))); parts.push(c.final()); return parts`);
    }
for (const n of [1, 8, 11, 13, 16, 20, 60, 128])
  add(`const c = crypto.createCipheriv('aes-128-gcm', ${hex(16)}, ${hex(n, 77)}), a = c.update(${hex(20)}), b = c.update(${hex(40)}); c.final(); return [a, b, c.getAuthTag()]`);
for (const n of [4, 8, 12, 13, 14, 15, 16, 0, 3, 5, 17])
  add(`const c = crypto.createCipheriv('aes-128-gcm', ${hex(16)}, ${hex(12)}, { authTagLength: ${n} }); c.final(); return c.getAuthTag()`);
for (const [iv, tag] of [[7, 4], [8, 6], [9, 8], [10, 10], [11, 12], [12, 14], [13, 16]])
  add(`const c = crypto.createCipheriv('aes-256-ccm', ${hex(32)}, ${hex(iv)}, { authTagLength: ${tag} }); const r = c.update('hello'); c.final(); return [r, c.getAuthTag()]`);

const key = "Buffer.alloc(16)", iv = "Buffer.alloc(16)", nonce = "Buffer.alloc(12)";
for (const args of [`'nope', ${key}, ${iv}`, `'aes-128-cbc', ${nonce}, ${iv}`, `'aes-128-cbc', ${key}, ${nonce}`, `'aes-128-cbc', ${key}, null`, `'aes-128-cbc', ${key}`, `'aes-128-ecb', ${key}, null`, `'aes-128-ecb', ${key}, ''`,
  `'aes-128-ecb', ${key}, ${iv}`, `5, ${key}, ${iv}`, `'aes-128-cbc', '0123456789abcdef', '0123456789abcdef'`, `'aes-128-cbc', 5, ${iv}`, `'aes-128-cbc', ${key}, 5`, `'AES-128-CBC', ${key}, ${iv}`, `'aes128', ${key}, ${iv}`,
  `'aes-256-ctr', Buffer.alloc(32), ${nonce}`, `'id-aes128-GCM', ${key}, ${nonce}`, `'aes-128-gcm', ${key}, Buffer.alloc(0)`, `'aes-128-gcm', ${key}, ${nonce}, { authTagLength: 3 }`, `'aes-128-gcm', ${key}, ${nonce}, { authTagLength: '4' }`,
  `'aes-128-gcm', ${key}, ${nonce}, { authTagLength: null }`, `'aes-128-ccm', ${key}, ${nonce}`, `'aes-128-ccm', ${key}, ${nonce}, { authTagLength: 5 }`, `'aes-128-ccm', ${key}, Buffer.alloc(6), { authTagLength: 8 }`,
  `'aes-128-ccm', ${key}, Buffer.alloc(14), { authTagLength: 8 }`, `'aes-128-cbc', new ArrayBuffer(16), new ArrayBuffer(16)`, `'aes-128-cbc', new Uint16Array(8), new DataView(new ArrayBuffer(16))`, `'aes-128-', ${key}, ${iv}`, `'aes', ${key}, ${iv}`,
  `'aes-129-cbc', ${key}, ${iv}`])
  for (const f of ["createCipheriv", "createDecipheriv"])
    add(`const c = crypto.${f}(${args}); return c.update('a')`);

const cbc = `crypto.createCipheriv('aes-128-cbc', ${key}, ${iv})`, dcbc = `crypto.createDecipheriv('aes-128-cbc', ${key}, ${iv})`;
const gcm = `crypto.createCipheriv('aes-128-gcm', ${key}, ${nonce})`, dgcm = `crypto.createDecipheriv('aes-128-gcm', ${key}, ${nonce})`;
const ccm = `crypto.createCipheriv('aes-128-ccm', ${key}, ${nonce}, { authTagLength: 8 })`, dccm = `crypto.createDecipheriv('aes-128-ccm', ${key}, ${nonce}, { authTagLength: 8 })`;
for (const code of [
  `const c = ${cbc}; c.setAutoPadding(false); c.update('abc'); return c.final()`, `const c = ${cbc}; c.setAutoPadding(false); return [c.update(Buffer.alloc(16)), c.final()]`, `const c = ${cbc}; return c.setAutoPadding(false) === c`,
  `const c = ${cbc}; c.final(); return c.final()`, `const c = ${cbc}; c.final(); return c.update('a')`, `const c = ${cbc}; c.final(); return c.setAutoPadding()`, `const d = ${dcbc}; d.update(Buffer.alloc(16)); return d.final()`,
  `const d = ${dcbc}; d.update(Buffer.alloc(15)); return d.final()`, `const d = ${dcbc}; return d.final()`, `const d = ${dcbc}; d.setAutoPadding(false); return d.final()`,
  `const d = ${dcbc}; d.setAutoPadding(false); d.update(Buffer.alloc(15)); return d.final()`, `${dcbc}.update(Buffer.alloc(16)).length`, `${dcbc}.update(Buffer.alloc(32)).length`, `${dcbc}.setAutoPadding(false).update(Buffer.alloc(16)).length`,
  `${cbc}.update(5)`, `${cbc}.update('abc', 'nope', 'hex')`, `${cbc}.update('abc', 'utf8', 'nope')`, `${cbc}.update('abc', 'hex')`, `${cbc}.update('aabb', 'hex')`, `${cbc}.getAuthTag()`, `${cbc}.setAAD(${key})`, `typeof ${cbc}.setAuthTag`,
  `typeof ${dcbc}.getAuthTag`, `${dcbc}.setAuthTag(${key})`, `const c = ${cbc}; return [c.update('0123456789abcdefg', 'utf8', 'base64'), c.update('0123456789abcdefg', 'utf8', 'base64'), c.final('base64')]`,
  `const c = ${cbc}; return [c.update('0123456789abcdefg', 'utf8', 'hex'), c.final('hex')]`, `const c = ${cbc}; return [c.update('0123456789abcdefg', null, 'latin1'), c.final('latin1')]`, `${cbc}.update('0123456789abcdefg', 'utf8', 'buffer')`,
  `const c = ${cbc}; const s = c.update('h€llo wörld 😀 and some', 'utf8', 'hex') + c.final('hex'); const d = ${dcbc}; return [d.update(s.slice(0, 32), 'hex', 'utf8'), d.update(s.slice(32), 'hex', 'utf8'), d.final('utf8')]`,
  `const c = ${cbc}; const s = c.update('0123456789abcd€ rest', 'utf8', 'hex') + c.final('hex'); const d = ${dcbc}; return [d.update(s, 'hex', 'utf8'), d.final('utf8')]`,
  `const c = ${gcm}; c.update('abc'); return c.setAAD(${key})`, `const c = ${gcm}; c.final(); return c.setAAD(${key})`, `const c = ${gcm}; return c.getAuthTag()`, `const c = ${gcm}; c.final(); return [c.getAuthTag(), c.getAuthTag()]`,
  `const c = ${gcm}; c.setAAD(${key}).setAAD(${nonce}); const r = c.update('abc', 'utf8', 'hex'); c.final(); return [r, c.getAuthTag()]`, `const c = ${gcm}; c.setAAD('abc'); c.final(); return c.getAuthTag()`, `const c = ${gcm}; c.setAAD(5); return 0`,
  `const d = ${dgcm}; d.update('abc'); return d.final()`, `const d = ${dgcm}; d.setAuthTag(${iv}); d.update('abc'); return d.final()`, `const d = ${dgcm}; d.setAuthTag(Buffer.alloc(3)); return 0`, `const d = ${dgcm}; d.setAuthTag(Buffer.alloc(17)); return 0`,
  `const d = ${dgcm}; d.setAuthTag(${iv}); d.setAuthTag(${iv}); return 0`, `const d = ${dgcm}; d.setAuthTag(5); return 0`, `const d = ${dgcm}; d.setAuthTag('58e2fccefa7e3061367f1d57a4e7455a', 'hex'); return d.final()`,
  `const d = ${dgcm}; d.setAuthTag('58e2fcce', 'hex'); return d.final()`, `const d = ${dgcm}; d.setAuthTag('58e2fccf', 'hex'); return d.final()`, `crypto.createDecipheriv('aes-128-gcm', ${key}, ${nonce}, { authTagLength: 8 }).setAuthTag(${iv})`,
  `const d = ${dgcm}; const r = d.update('ab'); d.setAuthTag(${iv}); return r`,
  `const c = ${ccm}; c.setAAD(${key}); return 0`, `const c = ${ccm}; c.setAAD(${key}, { plaintextLength: 3 }); const r = c.update('abc'); return [r, c.final(), c.getAuthTag()]`,
  `const c = ${ccm}; c.setAAD(${key}, { plaintextLength: 4 }); return c.update('abc')`, `const c = ${ccm}; c.update('abc'); return c.update('abc')`, `const c = ${ccm}; c.update(''); c.final(); return c.getAuthTag()`,
  `const c = ${ccm}; c.setAAD(${key}, { plaintextLength: -1 }); return 0`, `const d = ${dccm}; return d.update('abc')`, `const d = ${dccm}; d.setAuthTag(Buffer.alloc(8)); return d.update('abc')`,
  `const d = ${dccm}; d.setAuthTag(Buffer.alloc(8)); d.update('abc'); return d.final()`, `const d = ${dccm}; d.setAuthTag(Buffer.alloc(7)); return 0`,
  `crypto.createCipheriv('aes-128-ccm', ${key}, Buffer.alloc(13), { authTagLength: 8 }).update(Buffer.alloc(65536)).length`, `crypto.createCipheriv('aes-128-ccm', ${key}, Buffer.alloc(13), { authTagLength: 8 }).update(Buffer.alloc(65535)).length`,
]) add(code);
