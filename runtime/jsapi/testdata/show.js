// Writes down any value as text, the same in Node and in the sandbox.
function show(v) {
  if (v === undefined) return "undefined";
  if (typeof v === "bigint") return v + "n";
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  if (typeof v === "string") return JSON.stringify(v);
  if (v === null || typeof v === "boolean") return String(v);
  if (v instanceof Error) return v.name + (v.code ? " " + v.code : "") + ": " + v.message;
  if (typeof v === "function") return "function " + v.name + "/" + v.length;
  if (Buffer.isBuffer(v)) return "Buffer " + v.toString("hex");
  if (ArrayBuffer.isView(v)) return v.constructor.name + " [" + Array.prototype.map.call(v, show).join(", ") + "]";
  if (Array.isArray(v)) return "[" + v.map(show).join(", ") + "]";
  return "{" + Object.keys(v).map((k) => k + ": " + show(v[k])).join(", ") + "}";
}
