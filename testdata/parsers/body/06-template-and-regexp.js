// case: {"port": 1, "hex": "2b434d473a2032312e352c3530"}
const text = Buffer.from(msg.userdata.payload, "base64").toString();
const match = text.match(/^\+(?<command>[A-Z]+):\s*(?<values>[\d.,]+)$/);
if (!match) return { telemetry_data: { raw: text } };
const [t, h] = match.groups.values.split(",").map(Number);
return { telemetry_data: { command: match.groups.command.toLowerCase(), t, h, text: `${t.toFixed(1)} °C / ${h} %` } };
