// case: {"input": {"bytes": "0367011004686405670a00", "fPort": 2}}
// case: {"input": {"bytes": "01cc", "fPort": 2}}
// Channels as in Cayenne LPP: channel, type, value.
const TYPES = {
  0x00: { size: 1, name: "digital", read: (b, i) => b[i] },
  0x67: { size: 2, name: "temperature", read: (b, i) => ((b[i] << 24) >> 16 | b[i + 1]) / 10 },
  0x68: { size: 1, name: "humidity", read: (b, i) => b[i] / 2 },
  0x88: { size: 9, name: "gps", read: (b, i) => b.slice(i, i + 9) },
};
function decodeUplink({ bytes }) {
  const data = {};
  for (let i = 0; i < bytes.length;) {
    const [channel, code] = [bytes[i], bytes[i + 1]];
    const type = TYPES[code];
    if (!type) return { errors: [`type 0x${code.toString(16)} at ${i}`] };
    data[`${type.name}_${channel}`] = type.read(bytes, i + 2);
    i += 2 + type.size;
  }
  return { data };
}
