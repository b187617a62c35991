// Sets a timer, or aborts those that were set.
function trigger_script(device, thingModelId) {
  const { n, delayms, abort } = device.telemetry_data[thingModelId];
  if (abort) return { abort_previous_timer: true };
  return { delayms, actions: [{ method: "tick", params: { n } }] };
}
