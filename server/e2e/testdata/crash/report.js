// Every uplink raises an alarm of its own and is reported.
function trigger_script(device, thingModelId) {
  const { n } = device.telemetry_data[thingModelId];
  return { actions: [
    { method: "alarm", params: { name: "alarm-" + n, action: "new", level: "low" } },
    { method: "report", params: { n } },
    { method: n % 5 === 0 ? "ask_first" : "chain", params: { n } },
  ] };
}
