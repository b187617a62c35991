// case: {"input": {"bytes": "010203", "fPort": 1}}
// case: {"input": {"bytes": "0a", "fPort": 1}}
// case: {"input": {"bytes": "00ff", "fPort": 1}}
// case: {"input": {"bytes": "05040302", "fPort": 1}}
// case: {"input": {"bytes": "80", "fPort": 1}}
// case: {"input": {"bytes": "ffffff", "fPort": 1}}
function* chunks(list, n) { for (let i = 0; i < list.length; i += n) yield list.slice(i, i + n); return "end"; }
function* both(list) { const last = yield* chunks(list, 2); yield [last]; }
const counter = { n: 0, [Symbol.toPrimitive](hint) { return hint === "number" ? ++this.n : "c" + this.n; } };
function decodeUplink({ bytes: [head, ...tail] = [], fPort: port = 9, missing = "default", ...others }) {
  const logged = [], p = new Proxy({ a: 1 }, { get: (t, k, r) => (logged.push(String(k)), Reflect.get(t, k, r) ?? 42), has: () => true, ownKeys: () => ["a", "z"], getOwnPropertyDescriptor: (t, k) => ({ value: t[k], enumerable: true, configurable: true }) });
  const o = { head, tail, port, missing, chunks: [...both([head, ...tail])], prox: [p.a, p.b, "q" in p, Object.keys(p)], logged, prim: [+counter, `${counter}`, counter + ""] };
  const { a: { b: { c = 3 } = {} } = {}, ...rest } = { x: 1, y: [2] }; o.c = c; o.rest = rest; [o.m, o.n] = [o.n, head]; ({ q: o.q = 5 } = {});
  o.sym = Object.getOwnPropertySymbols({ [Symbol.iterator]: 1 }).length; o.weak = new WeakMap([[o, 1]]).get(o); o.map = [...new Map(Object.entries({ a: head, b: 2 }))]; o.getset = { get v() { return head + 1; } }; o.fnlen = [decodeUplink.length, ((a, b = 1, ...c) => 0).length, decodeUplink.name, (() => {}).name];
  o.logic = [head && tail.length, head || "zero", null ?? head, (o.zz ??= 7), (o.head &&= 8)]; o.exp = [2 ** 3 ** 2, (-2) ** 2, 2 ** -1]; o.others = typeof others;
  return { data: o };
}
