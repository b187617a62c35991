// Lets the secrets out by every way that a trigger has.
function trigger_script(device, thingModelId) {
  const all = Object.values(org_params).join(" | ");
  logger.info("trigger " + all, { org_params });
  const { way, delayms = 0 } = device.telemetry_data[thingModelId];
  if (way === "throw_in_trigger") throw new Error(all);
  if (way === "bad_dispatch") return { delayms: all };
  if (way === "unknown_method") return { actions: [{ method: "none-" + all, params: { all } }] };
  return { delayms, actions: [{ method: "leaky", params: { way, all, hex: Buffer.from(all).toString("hex") } }] };
}
