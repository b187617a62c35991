// case: {"port": 1, "hex": "01f40a"}
const b = Buffer.from(msg.userdata.payload, "base64");
const n = b.readUInt16BE(0);
return { telemetry_data: {
  fixed: (n / 3).toFixed(3), precision: (n / 3).toPrecision(4), exponent: (n * 1e10).toExponential(2), hex: n.toString(16).toUpperCase().padStart(6, "0"),
  binary: (b[2] >>> 0).toString(2), parsed: parseInt("0x1f", 16) + parseInt("12px") + parseFloat("3.25 m"), big: 1e21 + n, tiny: n / 1e10, minus: -0 * n,
} };
