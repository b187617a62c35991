// case: {"port": 1, "hex": "010203", "device": {"eui": "a1", "name": "Probe", "tags": ["roof", "north"], "server_attrs": {"limits": {"high": 80}}}}
const { eui, name: title = "?", tags: [first, ...others], server_attrs: { limits: { high, low = 10 } } } = device;
const [x, , z = 9, missing = "none"] = Buffer.from(msg.userdata.payload, "base64");
return { telemetry_data: { eui, title, first, others, high, low, x, z, missing } };
