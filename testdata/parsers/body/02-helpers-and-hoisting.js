// case: {"port": 1, "hex": "1234"}
return { telemetry_data: { sum: sum(b()), half: half(b()[0]) } };
function sum(list) { return list.reduce((a, v) => a + v, 0); }
function half(n) { return n / 2; }
function b() { return Buffer.from(msg.userdata.payload, "base64"); }
