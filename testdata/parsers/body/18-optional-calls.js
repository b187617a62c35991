// case: {"port": 1, "hex": "02"}
const readers = { 2: (b) => b.length };
const b = Buffer.from(msg.userdata.payload, "base64");
let note = null;
note ??= "none";
let flags = 0;
flags ||= 4;
return { telemetry_data: { two: readers[2]?.(b), three: readers[3]?.(b) ?? "no reader", deep: msg.a?.b?.c?.() ?? 0, note, flags, void: void 0 } };
