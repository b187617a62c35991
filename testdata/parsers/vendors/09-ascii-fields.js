// case: {"input": {"bytes": "54313a32332e353b483a34352e31", "fPort": 10}}
// case: {"input": {"bytes": "2b3132332e3435652d32", "fPort": 10}}
// case: {"input": {"bytes": "20", "fPort": 10}}
// case: {"input": {"bytes": "307831303b31652030", "fPort": 10}}
// case: {"input": {"bytes": "2d302e30", "fPort": 10}}
// case: {"input": {"bytes": "4e614e3b496e66696e697479", "fPort": 10}}
function decodeUplink(input) {
  var text = String.fromCharCode.apply(null, input.bytes);
  var out = { text, length: text.length };
  var m = /(\w)(\d*):\s*(-?\d+(?:\.\d+)?)/g, hit;
  while ((hit = m.exec(text)) !== null) out[hit[1] + hit[2]] = parseFloat(hit[3]);
  out.numbers = text.split(/[;,]/).map(Number).map(String);
  out.floats = text.split(";").map(parseFloat).map((x) => "" + x);
  out.ints = text.split(";").map((s) => parseInt(s)).map(String);
  out.base = ["10", "0x1f", "077", "1e3", " 12px", "", null, undefined].map((s, i) => String(parseInt(s, [10, 16, 8, 10, 10, 2, 36, 36][i])));
  out.trick = ["1", "2", "3"].map(parseInt).map(String);
  out.replaced = text.replace(/(\d)(?=(\d{3})+$)/g, "$1,").replace(/[^\x20-\x7e]/g, (c) => "\\x" + c.charCodeAt(0).toString(16));
  out.groups = text.match(/(?<key>[A-Z])(?<n>\d)/)?.groups?.key ?? "none";
  out.sticky = (() => { const r = /\d/y; r.lastIndex = 1; return r.test(text) + ":" + r.lastIndex; })();
  return { data: out };
}
