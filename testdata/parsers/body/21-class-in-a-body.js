// case: {"port": 1, "hex": "c8320a"}
// case: {"port": 1, "hex": "c80b"}
class Gauge {
  static #limits = { low: 20, high: 180 };
  constructor(raw) { this.raw = raw; }
  get percent() { return Math.round((this.raw / 255) * 1000) / 10; }
  get alarm() { return this.raw < Gauge.#limits.low ? "low" : this.raw > Gauge.#limits.high ? "high" : "none"; }
  toJSON() { return { percent: this.percent, alarm: this.alarm }; }
}
const gauges = [...Buffer.from(msg.userdata.payload, "base64")].map((b) => new Gauge(b));
return { telemetry_data: { gauges, low: gauges.some((g) => g.alarm === "low"), between: 0 < gauges[1].raw < 10 } };
