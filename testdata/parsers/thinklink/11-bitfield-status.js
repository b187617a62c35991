// case: {"port": 1, "hex": "a5f0"}
// case: {"port": 1, "hex": "0000"}
const FLAGS = ["tamper", "low_battery", "leak", "burst", "reverse", "freeze", "removed", "clock"];
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const active = FLAGS.filter((_, bit) => b[0] & (1 << bit));
  return {
    telemetry_data: {
      ...Object.fromEntries(FLAGS.map((name, bit) => [name, Boolean(b[0] >> bit & 1)])),
      active, valve: ["open", "closed", "half", "fault"][b[1] >>> 6], level: b[1] & 0x3f,
    },
  };
}
