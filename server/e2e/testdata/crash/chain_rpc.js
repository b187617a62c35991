// Two requests with a wait between them.
function rpc_script({ device, params, org_params }) {
  const step = (name, sleepTimeMs) => ({
    sleepTimeMs, type: "axios",
    dnMsg: { method: "POST", url: org_params.receiver + "/chain/" + device.eui + "/" + name, data: { n: params.n } },
  });
  return [step("first", 0), step("second", 120)];
}
