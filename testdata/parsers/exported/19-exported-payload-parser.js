// case: {"port": 7, "hex": "0102", "thing_model_id": "m"}
exports.payload_parser = ({ msg, thingModelId }) => ({
  telemetry_data: { sum: [...Buffer.from(msg.userdata.payload, "base64")].reduce((a, b) => a + b), port: msg.userdata.port, model: typeof thingModelId },
});
