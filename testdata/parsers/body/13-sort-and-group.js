// case: {"port": 1, "hex": "030102010301"}
const counts = {};
for (const byte of Buffer.from(msg.userdata.payload, "base64")) counts[byte] = (counts[byte] || 0) + 1;
const order = Object.entries(counts).sort(([, a], [, b]) => b - a || 0).map(([k, n]) => `${k}x${n}`);
return { telemetry_data: { counts, order, top: order[0] } };
