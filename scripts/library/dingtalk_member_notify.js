// Tells members in DingTalk, through the robot of an app, when an alarm is raised and when it has recovered.
// It takes the parameters of the alarm script, so that a trigger can hand one object to both, in either
// order.
//
// params
//   name, action, title, level, desc   as for the alarm script; "clear" sends only when the alarm is active
//   origin   put in front of the headline; without it, the org param origin_tag
//   members  who is told: user ids of the address book, as a list or with | between them
//
// org params
//   dingtalk_client_id, dingtalk_client_secret, dingtalk_robot_code   of the app
//   dingtalk_members                                                  who is told when params.members is left out

// A message takes some 15,000 bytes; this is what the description may have of them.
const MAX_DESC_BYTES = 4000;
const MAX_FIELD_BYTES = 300;
// User ids that one call takes.
const MAX_MEMBERS = 20;

const API = "https://api.dingtalk.com/v1.0";

async function rpc_script({ device, params, alarms, logger, org_params }) {
  const raised = params.action === "new";
  if (!raised && (params.action !== "clear" || !alarms?.[params.name])) return null;

  const { dingtalk_client_id: id, dingtalk_client_secret: secret, dingtalk_robot_code: robotCode } = org_params ?? {};
  const members = ids(params.members ?? org_params?.dingtalk_members);
  if (!id || !secret || !robotCode) {
    logger.error("the org params dingtalk_client_id, dingtalk_client_secret and dingtalk_robot_code are not all set, so nothing was sent");
    return null;
  }
  if (members.length === 0) {
    logger.error("neither params.members nor the org param dingtalk_members names anybody, so nothing was sent");
    return null;
  }

  // A token lives for two hours.
  const token = await cache.once("token " + id, 3600, () => fetchToken(id, secret));
  const msgParam = JSON.stringify(message(device, params, alarms, raised, org_params));
  const actions = [];
  for (let i = 0; i < members.length; i += MAX_MEMBERS) {
    actions.push({
      type: "axios",
      dnMsg: {
        method: "POST",
        url: API + "/robot/oToMessages/batchSend",
        headers: { "Content-Type": "application/json", "x-acs-dingtalk-access-token": token },
        data: { robotCode, userIds: members.slice(i, i + MAX_MEMBERS), msgKey: "sampleMarkdown", msgParam },
        timeout: 5000,
      },
    });
  }
  return actions;
}

async function fetchToken(id, secret) {
  const { data } = await axios.post(API + "/oauth2/accessToken", { appKey: id, appSecret: secret }, { timeout: 5000 });
  if (!data.accessToken) throw new Error("DingTalk gives no access token: " + data.code + " " + data.message);
  return data.accessToken;
}

function ids(list) {
  return [].concat(list ?? []).flatMap((names) => String(names).split("|")).map((name) => name.trim()).filter(Boolean);
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
