// case: {"port": 1, "hex": "07", "device": {"eui": "a1", "server_attrs": {"factor": 3}}}
// The names of the inputs may be declared again: the value stays, as for any global.
var device = device || {};
var msg;
const factor = device.server_attrs?.factor ?? 1;
return { telemetry_data: { value: Buffer.from(msg.userdata.payload, "base64")[0] * factor, eui: device.eui } };
