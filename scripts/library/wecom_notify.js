// Tells a WeCom group when an alarm is raised and when it has recovered. It takes the parameters of the
// alarm script, so that a trigger can hand one object to both, in either order.
//
// params
//   name, action, title, level, desc   as for the alarm script; "clear" sends only when the alarm is active
//   channel  which bot: "ops" sends to the org param wecom_webhook_ops; without it, wecom_webhook_url
//   origin   put in front of the headline, to tell sites that share a bot apart; without it, the org
//            param origin_tag
//   mention  a WeCom user id, or a list of them
//
// org params
//   wecom_webhook_url, wecom_webhook_<channel>   the bot's whole webhook URL

// What WeCom takes as the content of one markdown message, in bytes of UTF-8.
const MAX_BYTES = 4096;
// What a single field may take of it, so that room is left for the description.
const MAX_FIELD_BYTES = 300;

const COLOURS = { urgent: "warning", high: "warning", mid: "comment", low: "info" };

function rpc_script({ device, params, alarms, logger, org_params }) {
  const raised = params.action === "new";
  const active = alarms?.[params.name];
  if (!raised && (params.action !== "clear" || !active)) return null;

  const key = params.channel ? "wecom_webhook_" + params.channel : "wecom_webhook_url";
  const webhook = org_params?.[key];
  if (!webhook) {
    logger.error("the org param " + key + " is not set, so nothing was sent", { alarm_name: params.name, channel: params.channel });
    return null;
  }

  return [{
    type: "axios",
    dnMsg: {
      method: "POST",
      url: webhook,
      headers: { "Content-Type": "application/json" },
      data: { msgtype: "markdown", markdown: { content: message(device, params, active, raised, org_params) } },
      timeout: 5000,
    },
  }];
}

function message(device, params, active, raised, org_params) {
  const origin = params.origin || org_params?.origin_tag;
  const level = params.level || active?.level || "mid";
  const head =
    "### " + (origin ? "[" + line(origin) + "] " : "") + (raised ? "Alarm raised" : "Alarm recovered") +
    "\n> **" + line(params.title || params.name) + "**";
  const colour = COLOURS[level];
  let rest =
    "\n> Level: <font color=\"" + (raised && colour || "info") + "\">" + (colour ? level : line(level)).toUpperCase() + "</font>" +
    "\n> Device: " + (device.name ? line(device.name) : device.eui) + " `" + device.eui + "`" +
    "\n> Alarm: `" + line(params.name) + "`" +
    "\n> Time: " + new Date().toISOString();
  if (!raised && active.start_time) rest += "\n> Lasted: " + lasted(Date.now() - active.start_time);
  if (params.mention) rest += "\n" + [].concat(params.mention).map((id) => "<@" + line(id) + ">").join(" ");
  if (!params.desc) return cut(head + rest, MAX_BYTES);
  const label = raised ? "\n> Description: " : "\n> Recovery note: ";
  let desc = "" + params.desc;
  if (desc.includes("\n")) desc = desc.replaceAll("\r\n", "\n").replaceAll("\n", "\n> ");
  if (desc.length > 500) desc = cut(desc, MAX_BYTES - Buffer.byteLength(head + label + rest));
  return cut(head + label + desc + rest, MAX_BYTES);
}

// One line of at most MAX_FIELD_BYTES: names and titles come from outside and may be anything.
function line(text) {
  const given = "" + text;
  const broken = given.includes("\n") || given.includes("\r");
  return cut(broken ? given.replace(/\s+/g, " ") : given, MAX_FIELD_BYTES);
}

// The longest beginning of text that fits, cut neither inside a character nor inside a tag.
function cut(text, room) {
  // One unit of a string is at most three bytes: most texts need no count.
  if (text.length * 3 <= room || Buffer.byteLength(text) <= room) return text;
  let kept = "";
  let left = room - Buffer.byteLength("…");
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  const open = kept.lastIndexOf("<");
  if (open > kept.lastIndexOf(">")) kept = kept.slice(0, open);
  return kept + "…";
}

function lasted(ms) {
  const minutes = Math.max(0, Math.round(ms / 60000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return minutes + " min";
  const hours = Math.round(minutes / 60);
  return hours < 48 ? hours + " h" : Math.round(hours / 24) + " days";
}
