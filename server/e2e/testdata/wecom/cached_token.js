// Sends a text through an app and keeps the access token in the device's attributes until it expires.
async function rpc_script({ device, params, org_params }) {
  const actions = [];
  const cached = device.server_attrs?.wecom_token;
  let token = cached && cached.expires_at > Date.now() ? cached.value : undefined;
  if (!token) {
    const { data } = await axios.get("https://qyapi.weixin.qq.com/cgi-bin/gettoken", {
      params: { corpid: org_params.wecom_corp_id, corpsecret: org_params.wecom_corp_secret },
      timeout: 5000,
    });
    if (data.errcode !== 0) throw new Error("gettoken: " + data.errcode + " " + data.errmsg);
    token = data.access_token;
    const expires_at = Date.now() + (data.expires_in - 60) * 1000;
    actions.push({ type: "modifyAttrs", dnMsg: { server_attrs: { wecom_token: { value: token, expires_at } } } });
  }
  actions.push({
    type: "axios",
    dnMsg: {
      method: "POST",
      url: "https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=" + token,
      data: { touser: "@all", msgtype: "text", agentid: Number(org_params.wecom_agent_id), text: { content: params.content } },
    },
  });
  return actions;
}
