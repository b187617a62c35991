(function () {
  "use strict";

  class FormData {
    #entries = [];

    append(name, value) { this.#entries.push([text(name), text(value)]) }

    set(name, value) {
      name = text(name);
      value = text(value);
      const at = this.#entries.findIndex((entry) => entry[0] === name);
      if (at < 0) {
        this.#entries.push([name, value]);
        return;
      }
      this.#entries[at] = [name, value];
      this.#entries = this.#entries.filter((entry, i) => i <= at || entry[0] !== name);
    }

    delete(name) {
      name = text(name);
      this.#entries = this.#entries.filter((entry) => entry[0] !== name);
    }

    get(name) {
      name = text(name);
      const found = this.#entries.find((entry) => entry[0] === name);
      return found ? found[1] : null;
    }

    getAll(name) {
      name = text(name);
      return this.#entries.filter((entry) => entry[0] === name).map((entry) => entry[1]);
    }

    has(name) {
      name = text(name);
      return this.#entries.some((entry) => entry[0] === name);
    }

    forEach(callback, self) {
      for (const [name, value] of this.#entries) callback.call(self, value, name, this);
    }

    *entries() { for (const [name, value] of this.#entries) yield [name, value] }
    *keys() { for (const [name] of this.#entries) yield name }
    *values() { for (const [, value] of this.#entries) yield value }
    [Symbol.iterator]() { return this.entries() }
    get [Symbol.toStringTag]() { return "FormData" }
  }

  // text is a value as text without halves of surrogate pairs.
  function text(value) {
    return String(value).replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
  }

  return { FormData };
})()
