// case: {"port": 22, "hex": "010310000102030405060708090a0b0c0d0e0f0001"}
// case: {"port": 22, "hex": "018302"}
function payload_parser({ msg }) {
  var b = Buffer.from(msg.userdata.payload, "base64");
  if (b[1] & 0x80) {
    return { telemetry_data: { status: "exception", code: b[2] } };
  }
  var registers = [];
  for (var i = 0; i < b[2] / 2; i++) registers.push(b.readUInt16BE(3 + 2 * i));
  return {
    telemetry_data: {
      address: b[0],
      voltage: registers[0] / 10,
      power: (registers[1] << 16 | registers[2]) >>> 0,
      energy: registers[3] * 65536 + registers[4],
      registers: registers,
    },
  };
}
