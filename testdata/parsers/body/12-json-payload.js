// case: {"port": 1, "hex": "7b2274223a32312e352c2268223a6e756c6c2c226c697374223a5b312c322c335d7d"}
// case: {"port": 1, "hex": "7b2274"}
let data;
try {
  data = JSON.parse(Buffer.from(msg.userdata.payload, "base64").toString("utf8"));
} catch {
  return { telemetry_data: { status: "broken" } };
}
return { telemetry_data: { ...data, count: data.list?.length ?? 0, again: JSON.stringify(data, (k, v) => (k === "list" ? undefined : v)) } };
