// case: {"port": 11, "hex": "00fa0203"}
let b = Buffer.from(msg?.userdata?.payload, "base64");
let port = msg?.userdata?.port || null;
return { telemetry_data: { temperature: b.readInt16BE(0) / 10, humidity: b.readUInt16BE(2) / 10, port } };
