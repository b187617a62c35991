// case: {"port": 1, "hex": "01", "device": {"eui": "a1", "server_attrs": {"frames": 4, "seen": ["x"]}}}
const frames = (device.server_attrs.frames || 0) + 1;
device.server_attrs.seen.push("changed here only");
return { telemetry_data: { frames }, server_attrs: { frames, seen: device.server_attrs.seen.slice(-1) }, shared_attrs: {} };
