// case: {"input": {"bytes": "0102", "fPort": 1}}
// case: {"entry": "normalizeUplink", "input": {"data": {"a": 1}}}
class Base {
  constructor(options = {}) { this.options = options; }
  normalizeUplink(input) { return { data: [{ value: input.data.a, unit: this.unit }] }; }
  get unit() { return this.options.unit ?? "none"; }
}
class Codec extends Base {
  #count = 0;
  decodeUplink({ bytes }) { this.#count += bytes.length; return { data: { count: this.#count, unit: this.unit } }; }
}
module.exports = new Codec({ unit: "bar" });
