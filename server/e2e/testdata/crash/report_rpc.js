// Puts the number behind those it has seen and tells the receiver.
function rpc_script({ device, params, org_params }) {
  const seen = [...(device.server_attrs.seen ?? []), params.n];
  return [
    { type: "modifyAttrs", dnMsg: { server_attrs: { seen } } },
    { type: "axios", dnMsg: { method: "POST", url: org_params.receiver + "/report/" + device.eui, data: { n: params.n } } },
  ];
}
