// case: {"input": {"bytes": "08", "fPort": 3}}
class Driver {
  static PORTS = { 3: "status" };
  static kind(port) { return Driver.PORTS[port] ?? "other"; }
  static decodeUplink(input) { return { data: { kind: this.kind(input.fPort), half: input.bytes[0] / 2 } }; }
}
exports.driver = Driver;
