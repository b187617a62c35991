// Waits for an answer before it says what is to be done.
async function rpc_script({ device, params, org_params }) {
  const { data } = await axios.get(org_params.receiver + "/question");
  return [{ type: "axios", dnMsg: { method: "POST", url: org_params.receiver + "/answer/" + device.eui, data: { n: params.n, data } } }];
}
