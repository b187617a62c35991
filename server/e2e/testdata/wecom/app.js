// An alarm for members, through an app of the company's own.
async function rpc_script({ device, params, alarms, logger, org_params }) {
  const { wecom_corp_id: corpid, wecom_corp_secret: corpsecret, wecom_agent_id: agent } = org_params;
  if (params.action === "clear" && alarms[params.name] === undefined) return null;
  const reply = await axios({ method: "GET", url: "https://qyapi.weixin.qq.com/cgi-bin/gettoken", params: { corpid, corpsecret } });
  const token = reply.data.access_token;
  if (!token) {
    logger.error("no token", { resp: reply.data });
    return null;
  }
  const headline = params.action === "new" ? "Raised:" : "Over:";
  return [{
    type: "axios",
    dnMsg: {
      method: "POST",
      url: `https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=${token}`,
      data: {
        touser: params.touser || "@all",
        toparty: params.toparty,
        totag: params.totag,
        msgtype: "markdown",
        agentid: Number(agent),
        markdown: { content: `**${headline}** ${params.title}\n${device.name} \`${device.eui}\`\n${params.desc || "n/a"}` },
      },
    },
  }];
}
