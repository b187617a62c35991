// case: {"input": {"bytes": "ff9c", "fPort": 1}}
const driver = {
  factor: 0.1,
  int16(b, i) { const v = (b[i] << 8) | b[i + 1]; return v > 0x7fff ? v - 0x10000 : v; },
  scaled(v) { return Math.round(v * this.factor * 10) / 10; },
  decodeUplink(input) { return { data: { t: this.scaled(this.int16(input.bytes, 0)) } }; },
};
