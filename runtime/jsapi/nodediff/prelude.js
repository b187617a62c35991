// What both sides show of a value or an error: it tells apart what JSON does not.
function show(v, depth) {
  depth = depth || 0;
  switch (typeof v) {
    case "string": return JSON.stringify(v);
    case "number": return Object.is(v, -0) ? "-0" : String(v);
    case "bigint": return v + "n";
    case "symbol": return v.toString();
    case "function": return "function " + v.name;
    case "undefined": return "undefined";
    case "boolean": return String(v);
  }
  if (v === null) return "null";
  if (depth > 8) return "...";
  const inner = (x) => show(x, depth + 1);
  if (typeof Buffer === "function" && v instanceof Buffer) return "<" + Array.from(v, (b) => (b < 16 ? "0" : "") + b.toString(16)).join("") + ">";
  if (v instanceof Error) return showError(v);
  if (v instanceof Date) return "Date " + (isNaN(v) ? "invalid" : v.toISOString());
  if (v instanceof RegExp) return String(v);
  if (Array.isArray(v)) return "[" + Array.from(v, inner).join(", ") + "]";
  if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return v.constructor.name + " [" + Array.from(v, inner).join(", ") + "]";
  if (v instanceof ArrayBuffer) return "ArrayBuffer [" + Array.from(new Uint8Array(v)).join(", ") + "]";
  if (v instanceof Map) return "Map [" + Array.from(v, inner).join(", ") + "]";
  if (v instanceof Set) return "Set [" + Array.from(v, inner).join(", ") + "]";
  return "{" + Object.keys(v).map((k) => k + ": " + inner(v[k])).join(", ") + "}";
}

function showError(e) {
  if (!(e instanceof Error)) return "thrown " + show(e);
  const text = e.name + (e.code === undefined ? "" : " " + e.code) + ": " + e.message;
  if (!e.isAxiosError) return text;
  return text + " | " + e.status + " | " + (e.response ? answer(e.response) : "no response");
}

// What is comparable of an axios response.
function answer(r) {
  const headers = Object.assign({}, r.headers);
  for (const name of ["date", "connection", "keep-alive", "transfer-encoding", "content-length"]) delete headers[name];
  return [r.status, r.statusText, show(r.data), show(Object.fromEntries(Object.entries(headers).sort())), r.config && r.config.method, r.config && r.config.url].join(" | ");
}
