// case: {"input": {"bytes": "7b22613a", "fPort": 1}}
// case: {"input": {"bytes": "22", "fPort": 1}}
// case: {"input": {"bytes": "0a", "fPort": 1}}
// case: {"input": {"bytes": "5c", "fPort": 1}}
// case: {"input": {"bytes": "7f", "fPort": 1}}
// case: {"input": {"bytes": "c3a9", "fPort": 1}}
function decodeUplink({ bytes }) {
  const text = Buffer.from(bytes).toString("utf8"), bin = Buffer.from(bytes).toString("latin1");
  const o = { text, bin, q: JSON.stringify({ [bin]: text, u: undefined, f() {}, n: null, nan: NaN, d: [undefined, () => 1, Symbol("x")] }, null, 1) };
  o.filtered = JSON.stringify({ a: 1, b: { a: 2, c: 3 } }, ["a", "b"]); o.replaced = JSON.stringify({ a: 1n.toString(), b: [1, 2] }, (k, v) => (Array.isArray(v) ? v.length : v), "--");
  o.revived = JSON.parse('{"a":[1,2,{"b":3}],"__proto__":{"x":1}}', (k, v) => (typeof v === "number" ? v * 2 : v)); o.proto = Object.keys(o.revived).join(); o.has = Object.hasOwn(o.revived, "__proto__");
  o.bad = ["{", "{'a':1}", "[1,]", "01", "", "nul", '"\n"', "1 2"].map((t) => { try { return JSON.parse(t); } catch (e) { return e.name + (e instanceof SyntaxError); } });
  o.escapes = JSON.stringify("\u2028\ud800\u0000é😀</script>"); o.enc = encodeURIComponent(bin) + escape(text) + encodeURI("a b?é#"); o.b64 = btoa(bin) + atob("aGk="); o.hex = Buffer.from(bytes).toString("hex").toUpperCase().match(/../g).join(":");
  o.nested = JSON.parse(JSON.stringify({ date: new Date(0), re: /x/g, map: new Map([[1, 2]]), set: new Set([1]), typed: new Uint8Array(2), err: new Error("x"), num: new Number(3), str: new String("s"), inf: -Infinity, neg: -0 }));
  return { data: o };
}
