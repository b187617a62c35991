// Raises or clears an alarm of the device.
//
// params
//   name    what the alarm is known by; one alarm of that name can be active per device
//   action  "new" raises it, "clear" ends it, "no" leaves it alone
//   title   one line for people; the name when it is left out
//   level   "low", "mid" (the default), "high" or "urgent"
//   desc    what is the matter; of a clear, how it came to an end
//   group   who is told: the name of a notification service, a list of names, or { notify: … }
//   notify  the same under another name; both may be given
//
// Without group and notify, or with an empty object, nobody is told and the alarm is on the board only.

function rpc_script({ params }) {
  if (params.action === "no") return null;
  if (params.action !== "new" && params.action !== "clear") {
    throw new Error('params.action must be "new", "clear" or "no"');
  }
  if (!params.name) throw new Error("params.name is missing: an alarm needs the name that it is known by");

  const told = [];
  tell(told, params.group, "group");
  tell(told, params.notify, "notify");
  return [{
    type: "alarm",
    dnMsg: {
      action: params.action,
      data: {
        alarm_name: params.name,
        notice_groups: told,
        title: params.title || params.name,
        desc: params.desc || "",
        level: params.level || "mid",
      },
    },
  }];
}

// Adds whoever is named to those who are told. Whoever is named twice is told once.
function tell(told, who, where) {
  if (who === undefined || who === null || who === "") return;
  if (typeof who === "string") {
    if (!told.includes(who)) told.push(who);
  } else if (typeof who === "object" && "notify" in who) {
    tell(told, who.notify, where + ".notify");
  } else if (typeof who !== "object" || Object.keys(who).length > 0) {
    if (!Array.isArray(who)) throw new Error("params." + where + " must be a name, a list of names, or an object with notify");
    who.forEach((name, i) => tell(told, name, where + "[" + i + "]"));
  }
}
