// case: {"input": {"bytes": "616263", "fPort": 1}}
// case: {"input": {"bytes": "41", "fPort": 1}}
// case: {"input": {"bytes": "c39f", "fPort": 1}}
// case: {"input": {"bytes": "20617a20", "fPort": 1}}
// case: {"input": {"bytes": "f09f9880", "fPort": 1}}
// case: {"input": {"bytes": "30", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "616263", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "41", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "c39f", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "20617a20", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "f09f9880", "fPort": 1}}
// case: {"entry": "decodeDownlink", "input": {"bytes": "30", "fPort": 1}}
const decodeUplink = function (input) {
  const s = new TextDecoder().decode(new Uint8Array(input.bytes)), o = { s };
  Object.assign(o, { up: s.toUpperCase(), low: s.toLowerCase(), trim: `[${s.trim()}]`, pad: s.padEnd(6, "ab") + s.padStart(5), rep: s.repeat(2), sub: [s.substr(-2, 1), s.substring(2, 0), s.slice(-1), s.slice(1, -1)], codes: [...s].map((c) => c.codePointAt(0)), units: s.split("").length, at: [s.at(-1), s.charAt(9), s[0], s.charCodeAt(99) + ""], idx: [s.indexOf("b"), s.lastIndexOf(""), s.search(/[a-z]/), s.includes("z"), s.startsWith("a"), s.endsWith("c", 3)] });
  o.replace = [s.replace("a", "$&$&$$"), s.replaceAll("a", (m, i) => m + i), s.replace(/(.)/g, "<$1>"), s.replace(/(?<x>.)/, "$<x>!"), s.split(/(.)/).length, "a1b2".split(/\d/), "a,b,,".split(","), "abc".split("", 2)];
  o.norm = ["é".normalize("NFD").length, "e\u0301".normalize().length, "ﬁ".normalize("NFKC")]; o.cmp = ["a".localeCompare("b"), "a" < "B", "a10".localeCompare("a2", undefined, { numeric: true })];
  o.raw = String.raw`\n${s}\x`; o.tag = ((x, ...v) => x.raw.join("|") + v.join("&"))`a${1}b\t${2}c`; o.all = [..."a1b22".matchAll(/\d+/g)].map((m) => [m[0], m.index]); o.esc = "\x41\u0042\u{43}\101\
z";
  return { data: o };
};
const named = (s) => [s.replace(/(?<a>.)(?<b>.)?/gu, "$<b>$1$<a>$2$<nope>$$<a>$&$10$3"), s.replace(/(.)/u, "$<x>$1"), s.replaceAll(/(?<c>[^a])/g, "[$<c>|$`|$']"), "ü-é".replace(/(?<l>.)-(?<r>.)/, "$<r>-$<l>$02")];
{ const inner = decodeUplink; var decodeDownlink = (input) => ({ data: { named: named(inner(input).data.s) } }); }
