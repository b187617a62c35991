// Tells a DingTalk group when an alarm is raised and when it has recovered. It takes the parameters of the
// alarm script, so that a trigger can hand one object to both, in either order.
//
// params
//   name, action, title, level, desc   as for the alarm script; "clear" sends only when the alarm is active
//   origin   put in front of the headline; without it, the org param origin_tag
//   channel  which robot: "ops" reads the org params with _ops at their end
//   mention  the mobile number of a member, or a list of them
//
// org params
//   dingtalk_webhook_url, dingtalk_webhook_<channel>   the robot's whole webhook URL
//   dingtalk_secret, dingtalk_secret_<channel>         its signing secret, when it has one
//   dingtalk_keyword, dingtalk_keyword_<channel>       its keyword, when it has one

// A robot takes 20,000 bytes in all; this is what the description may have of them.
const MAX_DESC_BYTES = 6000;
const MAX_FIELD_BYTES = 300;

function rpc_script({ device, params, alarms, logger, org_params }) {
  const raised = params.action === "new";
  if (!raised && (params.action !== "clear" || !alarms?.[params.name])) return null;

  const { webhook, secret, keyword } = robot(params.channel, org_params, logger);
  if (!webhook) return null;

  const mobiles = params.mention ? [].concat(params.mention).map(line) : [];
  const markdown = message(device, params, alarms, raised, org_params, keyword);
  if (mobiles.length) markdown.text += "  \n" + mobiles.map((m) => "@" + m).join(" "); // it must stand in the text too
  return [{
    type: "axios",
    dnMsg: {
      method: "POST",
      url: webhook,
      params: secret ? signature(secret) : {},
      headers: { "Content-Type": "application/json" },
      data: { msgtype: "markdown", markdown, at: { atMobiles: mobiles, isAtAll: false }, msgUuid: once(device, params) },
      timeout: 5000,
    },
  }];
}

function robot(channel, org_params, logger) {
  const end = channel ? "_" + channel : "";
  const key = "dingtalk_webhook" + (end || "_url");
  const webhook = org_params?.[key];
  if (!webhook) logger.error("the org param " + key + " is not set, so nothing was sent", { channel });
  return { webhook, secret: org_params?.["dingtalk_secret" + end], keyword: org_params?.["dingtalk_keyword" + end] };
}

// DingTalk takes a signature for an hour.
function signature(secret) {
  const timestamp = Date.now();
  const sign = require("crypto").createHmac("sha256", secret).update(timestamp + "\n" + secret).digest("base64");
  return { timestamp, sign };
}

// What DingTalk tells a retry from a new message by.
function once(device, params) {
  return require("crypto").createHash("sha256").update([device.eui, params.name, params.action, Date.now()].join("\n")).digest("hex").slice(0, 32);
}

function message(device, params, alarms, raised, org_params, keyword) {
  const origin = params.origin || org_params?.origin_tag;
  const level = params.level || alarms?.[params.name]?.level || "mid";
  const title = (origin ? "[" + line(origin) + "] " : "") + (raised ? "Alarm raised" : "Alarm recovered") + ": " + line(params.title || params.name);
  const lines = [
    "### " + title,
    "> Level: **" + line(level).toUpperCase() + "**",
    "> Device: " + line(device.name || device.eui) + " `" + line(device.eui) + "`",
    "> Alarm: `" + line(params.name) + "`",
    "> Time: " + new Date().toISOString(),
  ];
  if (params.desc) {
    const label = raised ? "> Description: " : "> Recovery note: ";
    lines.splice(1, 0, label + cut(String(params.desc).replace(/\r?\n/g, "  \n> "), MAX_DESC_BYTES));
  }
  if (keyword && !lines.join().includes(keyword)) lines.push(line(keyword));
  return { title, text: lines.join("  \n") }; // two spaces, or DingTalk runs the lines together
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
