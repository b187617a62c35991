// case: {"port": 1, "hex": "0000803f000020c1"}
const b = Buffer.from(msg.userdata.payload, "base64");
const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
const copy = Uint8Array.from(b);
return { telemetry_data: {
  a: view.getFloat32(0, true), b: view.getFloat32(4, true), i: view.getInt16(6, true),
  floats: [...new Float32Array(copy.buffer)], sum: copy.reduce((x, y) => x + y), clamped: [...Uint8ClampedArray.of(300, -5)],
} };
