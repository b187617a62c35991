// case: {"input": {"bytes": "0102030405060708", "fPort": 3}}
// case: {"input": {"bytes": "ff00ff00ff00ff00", "fPort": 3}}
// case: {"input": {"bytes": "8000000000000000", "fPort": 3}}
// case: {"input": {"bytes": "7ff0000000000000", "fPort": 3}}
// case: {"input": {"bytes": "4009", "fPort": 3}}
// case: {"input": {"bytes": "3ff8000000000000", "fPort": 3}}
'use strict';
const scale = Object.freeze({ temp: 0.01, hum: .5 });
class Reader {
  #bytes; #at = 0;
  static of(bytes) { return new this(bytes); }
  constructor(bytes) { this.#bytes = Uint8Array.from(bytes); }
  get left() { return this.#bytes.length - this.#at; }
  get view() { return new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength); }
  take(method, size) { const v = this.view[method](this.#at, false); this.#at += size; return v; }
  *[Symbol.iterator]() { while (this.left > 0) yield this.take("getUint8", 1); }
}
exports.decodeUplink = ({ bytes, fPort }) => {
  try {
    const r = Reader.of(bytes), big = r.take("getBigInt64", 8), again = Reader.of(bytes);
    return { data: { big: big.toString(), low: Number(BigInt.asUintN(32, big)), float: Reader.of(bytes).take("getFloat64", 8), rest: [...again].reduce((a, b) => a + b, 0), temp: scale.temp * fPort, hex: big.toString(16).padStart(18, "_") } };
  } catch ({ name }) {
    return { data: { failed: name }, errors: undefined };
  }
};
