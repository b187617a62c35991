// Tells members of a WeCom self-built app when an alarm is raised and when it has recovered. It takes the
// parameters of the alarm script, so that a trigger can hand one object to both, in either order.
//
// params
//   name, action, title, level, desc   as for the alarm script; "clear" sends only when the alarm is active
//   origin   put in front of the headline; without it, the org param origin_tag
//   touser, toparty, totag   who is told: ids with | between them, or lists; without any of them, everybody
//                            in the app's scope
//
// org params
//   wecom_corp_id, wecom_corp_secret, wecom_agent_id   of the app

// What WeCom takes as the content of an app's message, in bytes of UTF-8.
const MAX_BYTES = 2048;
const MAX_FIELD_BYTES = 200;

const COLOURS = { urgent: "warning", high: "warning", mid: "comment", low: "info" };
const API = "https://qyapi.weixin.qq.com/cgi-bin";

async function rpc_script({ device, params, alarms, logger, org_params }) {
  const raised = params.action === "new";
  if (!raised && (params.action !== "clear" || !alarms?.[params.name])) return null;

  const { wecom_corp_id: id, wecom_corp_secret: secret, wecom_agent_id: agent } = org_params ?? {};
  if (!id || !secret || !agent) {
    logger.error("the org params wecom_corp_id, wecom_corp_secret and wecom_agent_id are not all set, so nothing was sent");
    return null;
  }

  const to = { touser: list(params.touser), toparty: list(params.toparty), totag: list(params.totag) };
  if (!to.touser && !to.toparty && !to.totag) to.touser = "@all";
  // A token lives for two hours, and sometimes ends early.
  const token = await cache.once("token " + id + " " + agent, 3600, () => fetchToken(id, secret));
  return [{
    type: "axios",
    dnMsg: {
      method: "POST",
      url: API + "/message/send",
      params: { access_token: token },
      headers: { "Content-Type": "application/json" },
      data: {
        ...to,
        msgtype: "markdown",
        agentid: Number(agent),
        markdown: { content: message(device, params, alarms, raised, org_params) },
        enable_duplicate_check: 1, // a retry is shown once
        duplicate_check_interval: 600,
      },
      timeout: 5000,
    },
  }];
}

async function fetchToken(id, secret) {
  const { data } = await axios.get(API + "/gettoken", { params: { corpid: id, corpsecret: secret }, timeout: 5000 });
  if (data.errcode !== 0 || !data.access_token) {
    throw new Error("WeCom gives no access token: " + data.errcode + " " + data.errmsg);
  }
  return data.access_token;
}

function list(ids) {
  return ids === undefined || ids === null ? undefined : [].concat(ids).join("|");
}

function message(device, params, alarms, raised, org_params) {
  const origin = params.origin || org_params.origin_tag;
  const level = params.level || alarms?.[params.name]?.level || "mid";
  const colour = raised ? COLOURS[level] || "info" : "info";
  const lines = [
    "### " + (origin ? "[" + line(origin) + "] " : "") + (raised ? "Alarm raised" : "Alarm recovered"),
    "> **" + line(params.title || params.name) + "**",
    "> Level: <font color=\"" + colour + "\">" + line(level).toUpperCase() + "</font>",
    "> Device: " + line(device.name || device.eui) + " `" + line(device.eui) + "`",
    "> Alarm: `" + line(params.name) + "`",
    "> Time: " + new Date().toISOString(),
  ];
  if (params.desc) {
    const label = raised ? "> Description: " : "> Recovery note: ";
    const room = MAX_BYTES - Buffer.byteLength(lines.join("\n") + "\n" + label);
    lines.splice(2, 0, label + cut(String(params.desc).replace(/\r?\n/g, "\n> "), room));
  }
  return lines.join("\n");
}

function line(text) {
  return cut(String(text).replace(/\s+/g, " ").trim(), MAX_FIELD_BYTES);
}

// The longest beginning of text that fits, not cut inside a character.
function cut(text, room) {
  if (text.length * 3 <= room || Buffer.byteLength(text) <= room) return text;
  let kept = "";
  let left = room - Buffer.byteLength("…");
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept + "…";
}
