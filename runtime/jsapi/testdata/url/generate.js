// Prints the vectors that URL and URLSearchParams are held to, see ../vectors.js:
//   node generate.js > vectors.jsonl
// It was last run with Node 20.
"use strict";
const add = require("../vectors.js");

const parts = "[u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash]";
for (const [text, base] of [
  ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"], ["http://user:pa%20ss@Example.COM:8080/a/../b/./c?x=1&y=%E6%B8%A9#frag"], ["HTTP://EXAMPLE.com:80/"], ["https://example.com:443"], ["https://example.com:444"], ["ftp://h:21/x"],
  ["http://例え.テスト/パス?クエリ=値#断片"], ["http://xn--r8jz45g.xn--zckzah/"], ["http://192.168.0.1/"], ["http://0x7f.1/"], ["http://2130706433/"], ["http://0300.0250.0.1"], ["http://256.1.1.1"], ["http://1.2.3.4.5"], ["http://[::1]:3000/a"],
  ["http://[2001:DB8::0:1]/"], ["http://[::ffff:1.2.3.4]/"], ["http://[::1"], ["http://[::g]"], ["mailto:a@b.c?subject=x"], ["data:text/plain,hello world"], ["javascript:alert(1)"], ["blob:https://a.b/uuid"], ["file:///C:/a/b"], ["file://host/p"],
  ["tel:+123"], ["urn:isbn:1"], ["ws://a.b:80/c"], ["wss://a.b:443/c"], ["http://a.b/c d?e f#g h"], ["http://a.b/%zz?%zz#%zz"], ["http://a.b/\"<>`{}|\\^?\"<>`{}|\\^'#\"<>`{}|\\^"], ["http:\\\\a.b\\c"], ["http:a.b"], ["http:/a.b"], ["http:////a.b//c"],
  ["  http://a.b/  "], ["ht\ntp://a\t.b/\rc"], ["http://a b/"], ["http://a%20b/"], ["http://a%41b/"], ["http://a<b/"], ["http:// /"], ["http://"], ["https://"], [""], ["foo"], ["//a.b"], ["/p"], ["http://a.b:65536/"], ["http://a.b:-1/"], ["http://a.b:x/"],
  ["http://a.b:/"], ["http://a.b:00080/"], ["http://@a.b/"], ["http://:@a.b/"], ["http://u@a.b"], ["http://u:@a.b"], ["http://a@b@c/"], ["http://a.b?"], ["http://a.b#"], ["http://a.b?#"], ["http://a.b/?a=1?b=2#c#d"], ["http://a.b/..//../c"], ["http://a.b/%2e%2E/c"],
  ["http://a.b/é?é#é"], ["http://a.b/\ud800"], ["http://a..b/"], ["http://a.b./"], ["http://-a.b/"], ["http://a_b.c/"], ["http://ß.de"], ["http://faß.de/"], ["foo://bar/baz?q#h"], ["foo:bar/../baz"], ["foo://h/a/../b"], ["foo:///p"], ["http://1e2.3"], ["http://a.1"], ["non-special://[::1]/"],
  ["b", "http://a.b/c/d?e#f"], ["/b", "http://a.b/c/d?e#f"], ["//x.y/z", "http://a.b/c"], ["?q", "http://a.b/c/d?e#f"], ["#h", "http://a.b/c/d?e#f"], ["", "http://a.b/c/d?e#f"], ["../../x", "http://a.b/c/d/e"], ["http://z.z", "http://a.b"], ["http:x", "http://a.b/c/d"], ["x:y", "http://a.b"],
  ["b", "mailto:a"], ["#b", "mailto:a"], ["b", "nope"], ["\\x", "http://a.b/c"], ["./", "http://a.b/c/d"], ["..", "file:///a/b"], ["/cgi-bin/gettoken?corpid=x", "https://qyapi.weixin.qq.com"], ["a?b=c d&e='f'", "https://h/"], ["C|/x", "file:///a"], [";p=1", "http://a.b/c"],
]) {
  const args = JSON.stringify(text) + (base === undefined ? "" : ", " + JSON.stringify(base));
  add(`const u = new URL(${args}); return ${parts}`);
  add(`URL.canParse(${args})`);
}

for (const [property, values] of Object.entries({
  href: ["http://z.z/y", "nope", "", "//a"],
  protocol: ["http", "http:", "ftp", "foo", "ws:x", "1a", "", "HTTPS", "javascript:alert(1)"],
  username: ["u", "a b", "é:@/", ""],
  password: ["p", "a b", "é:@/", ""],
  host: ["z.z", "z.z:99", "z.z:443", "z.z:x", "", "a b", "z.z/path", "[::1]:5", "例.cn", "z.z:99999", "z:"],
  hostname: ["z.z", "z.z:99", "", "a b", "z.z/path", "[::1]", "1.2", "é"],
  port: ["99", "443", "", "x", "9x", "65536", "-1", " 8", "0"],
  pathname: ["x", "/x/../y", "", "a b", "?q", "#h", "é", "//d", "%41"],
  search: ["q", "?q", "", "?", "a=b c", "#h", "é'\"", "??x"],
  hash: ["h", "#h", "", "#", "a b", "é`", "##"],
  origin: ["http://z.z"],
})) {
  for (const v of values)
    for (const start of ["https://u:p@a.b:8443/c/d?e=f#g", "foo:opaque?x", "file:///a/b", "http://a.b"])
      add(`const u = new URL(${JSON.stringify(start)}); u.${property} = ${JSON.stringify(v)}; return ${parts}`);
}

for (const code of [
  "new URL()", "new URL(null)", "new URL(undefined)", "new URL(5)", "new URL('http://a', undefined).href", "new URL('a', new URL('http://b/c/')).href", "new URL(new URL('http://b/c')).href", "new URL('http://a', null).href", "new URL({ toString() { return 'http://t/' } }).href",
  "String(new URL('http://a'))", "JSON.stringify({ u: new URL('http://a/é') })", "new URL('http://a').toJSON()", "Object.prototype.toString.call(new URL('http://a'))", "new URL('http://a') instanceof URL", "URL.name", "URL.length", "Object.keys(new URL('http://a'))", "'href' in new URL('http://a')",
  "const u = new URL('http://a'); u.mine = 5; return [u.mine, u.href]", "const u = new URL('http://a/?x=1'); return u.searchParams === u.searchParams",
  "const u = new URL('http://a/?x=1&y=2'); u.searchParams.append('z', 'a b&c'); u.searchParams.delete('y'); return u.href",
  "const u = new URL('http://a/?x=1'); const p = u.searchParams; u.search = '?q=2'; return [p.get('x'), p.get('q'), p.toString()]",
  "const u = new URL('http://a/?x=1'); const p = u.searchParams; u.href = 'http://b/?r=3'; return [p.get('r'), [...p].length]",
  "const u = new URL('http://a/?x=1#h'); u.searchParams.delete('x'); return u.href", "const u = new URL('http://a'); u.searchParams.set('timestamp', 5); u.searchParams.set('sign', 'a+b/c='); return u.href",
  "const u = new URL('http://a/?a=%20b+c'); u.searchParams.sort(); return u.href", "try { new URL('nope', 'base') } catch (e) { return [e.input, e.base, e instanceof TypeError] }", "URL.canParse()", "new URL('http://a', '')", "new URL('', '')", "URL.canParse('http://a', 'b')", "URL.canParse('a', 'http://b')",
  "class U extends URL { get x() { return this.host + '!' } } return [new U('http://a').x, new U('http://a') instanceof URL]",
]) add(code);

const params = ["''", "'a=1&b=2&a=3'", "'?a=1'", "'??a=1'", "'a=b=c&d&&=e&f='", "'a+b=c%20d%2B&%zz=%e4%bd%a0%ff'", "'é=ü&😀=1'", "{ a: 1, b: null, c: [1, 2] }", "[['a', 1], ['b', 2]]", "new Map([['x', 'y']])", "new URLSearchParams('q=1')", "undefined", "null", "5", "true", "new String('a=1')",
  "[['a']]", "[['a', 'b', 'c']]", "['ab']", "[1]", "{ [Symbol.iterator]: 5 }", "(function* () { yield ['g', 'h'] })()", "'a=\\ud800'", "Symbol('a')", "'a=*-._~!()'"];
for (const p of params) add(`const p = new URLSearchParams(${p}); return [p.toString(), [...p], p.size]`);
for (const call of ["get('a')", "get('z')", "getAll('a')", "getAll('z')", "has('a')", "has('z')", "has('a', '3')", "has('a', '9')", "append('a', 'x y')", "append('a')", "append()", "delete('a')", "delete('a', '3')", "delete()", "set('a', '9')", "set('n', 'é')", "set('a')", "get()", "has()", "getAll()", "sort()",
  "toString()", "forEach()", "forEach(5)", "keys().next()", "get(null)", "set('o', { toString() { return 'O' } })", "set('u', undefined)"])
  add(`const p = new URLSearchParams('c=0&a=1&b=2&a=3'); return [p.${call}, p.toString()]`);
for (const code of [
  "const p = new URLSearchParams('a=1&b=2'), seen = []; p.forEach(function (v, k, all) { seen.push(k, v, all === p, this.t) }, { t: 7 }); return seen", "const p = new URLSearchParams('a=1&b=2'); return [[...p.keys()], [...p.values()], [...p.entries()], Array.from(p)]",
  "Object.fromEntries(new URLSearchParams('a=1&b=2'))", "String(new URLSearchParams({ a: 'b c' }))", "const out = []; for (const [k, v] of new URLSearchParams('a=1')) out.push(k + v); return out", "URLSearchParams.prototype.get.call({}, 'a')",
  "Object.prototype.toString.call(new URLSearchParams())", "new URLSearchParams() instanceof URLSearchParams", "const p = new URLSearchParams('z=1&\\ud83d\\ude00=2&\\uffff=3&a=4'); p.sort(); return [...p.keys()]", "new URLSearchParams('a=1&a=2').has('a', undefined)", "URLSearchParams.length",
]) add(code);
