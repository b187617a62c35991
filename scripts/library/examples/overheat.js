// Raises an alarm while the temperature of a device is at its limit or above, and tells a WeCom group.
//
// server_attrs
//   alarm_temp        the limit in °C; a device without one is left alone
//   alarm_hysteresis  how far below the limit the temperature must fall to end the alarm; 0 when left out
//   group             who is told of the alarm (see the alarm script); nobody when left out

function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data?.[thingModelId] ?? {};
  const { alarm_temp: limit, alarm_hysteresis: hysteresis = 0, group = {} } = device.server_attrs ?? {};
  if (typeof temperature !== "number" || typeof limit !== "number") return null;

  const hot = temperature >= limit;
  // Between the two limits whatever is the case stays the case.
  if (!hot && temperature > limit - hysteresis) return null;

  const params = {
    _eui: device.eui,
    name: "overheat",
    action: hot ? "new" : "clear",
    title: device.name + " is too hot",
    level: "high",
    desc: "The temperature is " + temperature + " °C; the limit is " + limit + " °C.",
    group,
  };
  return {
    delayms: 0,
    abort_previous_timer: true,
    actions: [
      { method: "alarm", params },
      { method: "wecom_notify", params },
    ],
  };
}
