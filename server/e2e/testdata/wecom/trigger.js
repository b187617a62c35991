// Says of every uplink whether the device is too hot.
function trigger_script(device, thingModelId) {
  const values = device.telemetry_data?.[thingModelId];
  if (!values) return null;
  const limit = device.server_attrs?.alarm_temp;
  const hot = values.temperature >= limit;
  const alarmParams = {
    _eui: device.eui,
    name: "hot",
    action: hot ? "new" : "clear",
    title: device.name + " is hot",
    level: "high",
    desc: hot ? values.temperature + " of " + limit : "",
    group: device.server_attrs?.group ?? {},
  };
  return {
    delayms: 0,
    abort_previous_timer: true,
    actions: [
      { method: "alarm", params: alarmParams },
      { method: "wecom_notify", params: alarmParams },
    ],
  };
}
