// case: {"port": 8, "hex": "0a0b0c0d"}
"use strict";
class Reader {
  #at = 0;
  constructor(buffer) { this.buffer = buffer; }
  get left() { return this.buffer.length - this.#at; }
  next() { return this.buffer[this.#at++]; }
  *rest() { while (this.left > 0) yield this.next(); }
}
function payload_parser({ device: { eui = "none" } = {}, msg }) {
  const reader = new Reader(Buffer.from(msg.userdata.payload, "base64"));
  const first = reader.next();
  return { telemetry_data: { first, rest: [...reader.rest()], left: reader.left, hex: reader.buffer.toString("hex"), eui } };
}
