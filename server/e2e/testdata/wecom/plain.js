// One line of text for a group.
function rpc_script({ device, params, logger, org_params }) {
  const url = org_params?.wecom_webhook_url;
  if (!url) {
    logger.error("wecom_webhook_url is not set");
    return null;
  }
  const text = params.content || `News of ${device.name} (${device.eui})`;
  return [{ type: "axios", dnMsg: { method: "POST", url, data: { msgtype: "text", text: { content: text } }, timeout: 5000 } }];
}
