// case: {"port": 1, "hex": "1a0301173b00", "now": "2026-03-01T23:59:30Z"}
const [yy, month, day, hour, minute, second] = Buffer.from(msg.userdata.payload, "base64");
const at = new Date(Date.UTC(2000 + yy, month - 1, day, hour, minute, second));
return { telemetry_data: { at, lag: (new Date() - at) / 1000, week: Math.ceil(at.getUTCDate() / 7), text: at.toUTCString(), plain: at.toString().slice(0, 24), weekend: [0, 6].includes(at.getUTCDay()) } };
