// Tells a group of Feishu or Lark when an alarm is raised and when it has recovered. It takes the
// parameters of the alarm script, so that a trigger can hand one object to both, in either order.
//
// params
//   name, action, title, level, desc   as for the alarm script; "clear" sends only when the alarm is active
//   origin   put in front of the headline; without it, the org param origin_tag
//   channel  which bot: "ops" reads the org params with _ops at their end
//   mention  the open_id of a member (ou_…), "all", or a list of them
//
// org params
//   feishu_webhook_url, feishu_webhook_<channel>   the bot's whole webhook URL
//   feishu_secret, feishu_secret_<channel>         its signing secret, when it has one
//   feishu_keyword, feishu_keyword_<channel>       its keyword, when it has one

// A bot takes 20 KB in all; this is what the description may have of them.
const MAX_DESC_BYTES = 6000;
const MAX_FIELD_BYTES = 300;

const COLOURS = { urgent: "red", high: "orange", mid: "yellow", low: "blue" };

function rpc_script({ device, params, alarms, logger, org_params }) {
  const raised = params.action === "new";
  if (!raised && (params.action !== "clear" || !alarms?.[params.name])) return null;

  const end = params.channel ? "_" + params.channel : "";
  const key = "feishu_webhook" + (end || "_url");
  const webhook = org_params?.[key];
  if (!webhook) {
    logger.error("the org param " + key + " is not set, so nothing was sent", { channel: params.channel });
    return null;
  }

  const secret = org_params["feishu_secret" + end];
  const card = message(device, params, alarms, raised, org_params, org_params["feishu_keyword" + end]);
  return [{
    type: "axios",
    dnMsg: {
      method: "POST",
      url: webhook,
      headers: { "Content-Type": "application/json" },
      data: { ...(secret ? signature(secret) : {}), msg_type: "interactive", card },
      timeout: 5000,
    },
  }];
}

// Feishu takes a signature for an hour. It is of an empty text, with the time and the secret as the key.
function signature(secret) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const sign = require("crypto").createHmac("sha256", timestamp + "\n" + secret).update("").digest("base64");
  return { timestamp, sign };
}

function message(device, params, alarms, raised, org_params, keyword) {
  const origin = params.origin || org_params.origin_tag;
  const level = params.level || alarms?.[params.name]?.level || "mid";
  const title = (origin ? "[" + line(origin) + "] " : "") + (raised ? "Alarm raised" : "Alarm recovered") + ": " + line(params.title || params.name);
  const lines = [
    "**Level:** " + line(level).toUpperCase(),
    "**Device:** " + line(device.name || device.eui) + " (" + line(device.eui) + ")",
    "**Alarm:** " + line(params.name),
    "**Time:** " + new Date().toISOString(),
  ];
  if (params.desc) {
    lines.unshift((raised ? "**Description:** " : "**Recovery note:** ") + cut(String(params.desc), MAX_DESC_BYTES));
  }
  if (keyword && !(title + lines.join()).includes(keyword)) lines.push(line(keyword));
  if (params.mention) lines.push([].concat(params.mention).map((id) => "<at id=" + line(id) + "></at>").join(" "));
  return {
    header: { title: { tag: "plain_text", content: title }, template: raised ? COLOURS[level] || "blue" : "green" },
    elements: [{ tag: "markdown", content: lines.join("\n") }],
  };
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
