// case: {"port": 2, "hex": "01"}
// case: {"port": 3, "hex": "01"}
// case: {"port": 1, "hex": "01"}
if (msg.userdata.port === 2) return null;
if (msg.userdata.port === 3) { return; }
return { telemetry_data: { port: msg.userdata.port } };
