// case: {"port": 5, "hex": "6810785634120011118116901f9078563412"}
function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  const bcd = (from, to) => {
    let text = "";
    for (let i = to - 1; i >= from; i--) text += (b[i] >> 4).toString() + (b[i] & 15);
    return text;
  };
  if (b[0] !== 0x68) throw new Error("not a frame: " + b[0].toString(16));
  return { telemetry_data: { meter: bcd(2, 6), volume: parseInt(bcd(14, 18), 10) / 100, start: b.indexOf(0x90) } };
}
