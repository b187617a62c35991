// A parser is given no org params, so it has nothing to let out.
function payload_parser({ device, msg, thingModelId, ...more }) {
  return { telemetry_data: { org_params: typeof org_params, more: Object.keys(more).join() } };
}
