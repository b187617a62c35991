// case: {"port": 1, "hex": "3412cdab78563412"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const swapped = Buffer.from(b).swap16();
  const target = Buffer.alloc(6, 0xff);
  const copied = b.copy(target, 1, 2, 5);
  return { telemetry_data: {
    swapped: swapped.readUInt16BE(0), copied, target: target.toString("hex"), equal: b.equals(swapped), order: Buffer.compare(b, swapped),
    written: Buffer.from([0, 0, 0, 0]).writeInt32LE(-2, 0), json: b.subarray(0, 2), concat: Buffer.concat([b.slice(0, 1), b.slice(-1)]).toString("base64"),
  } };
}
