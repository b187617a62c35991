// case: {"port": 1, "hex": "00000064", "device": {"eui": "a1", "telemetry_data": {"m": {"pulses": 40, "update_time": 5}}}, "thing_model_id": "m"}
// case: {"port": 1, "hex": "00000005", "device": {"eui": "a1", "telemetry_data": {"m": {"pulses": 4294967290}}}, "thing_model_id": "m"}
// case: {"port": 1, "hex": "00000007"}
const pulses = Buffer.from(msg.userdata.payload, "base64").readUInt32BE();
const before = device?.telemetry_data?.[thingModelId]?.pulses ?? 0;
// The counter wraps at 32 bits.
const used = (pulses - before + 2 ** 32) % 2 ** 32;
return { telemetry_data: { pulses, used } };
