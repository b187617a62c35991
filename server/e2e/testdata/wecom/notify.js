// An alarm for a group; of one that is not active no end is told.
function rpc_script({ device, params, alarms, logger, org_params }) {
  let webhook = org_params?.wecom_webhook_url;
  if (!webhook) {
    logger.error("there is no webhook");
    return null;
  }
  const known = alarms?.[params.name];
  if (params.action !== "new" && !(params.action === "clear" && known)) return null;
  const headline = params.action === "new" ? "Raised:" : "Over:";
  const content = [
    `**${headline}** ${params.title}`,
    `device ${device.name} \`${device.eui}\``,
    `alarm \`${params.name}\` at ${new Date().toISOString()}`,
    params.desc,
  ].join("\n");
  return [{ sleepTimeMs: 0, type: "axios", dnMsg: { method: "POST", url: webhook, data: { msgtype: "markdown", markdown: { content } } } }];
}
