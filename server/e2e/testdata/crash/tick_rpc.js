function rpc_script({ device, params, org_params }) {
  return [{ type: "axios", dnMsg: { method: "POST", url: org_params.receiver + "/tick/" + device.eui, data: { n: params.n } } }];
}
