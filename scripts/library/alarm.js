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

  return [{
    type: "alarm",
    dnMsg: {
      action: params.action,
      data: {
        alarm_name: params.name,
        notice_groups: names(params.group, "group").concat(names(params.notify, "notify")).filter(first),
        title: params.title || params.name,
        desc: params.desc || "",
        level: params.level || "mid",
      },
    },
  }];
}

// Whoever is named twice is told once.
function first(name, i, all) {
  return all.indexOf(name) === i;
}

function names(who, where) {
  if (who === undefined || who === null || who === "") return [];
  if (typeof who === "string") return [who];
  if (Array.isArray(who)) return who.flatMap((name, i) => names(name, where + "[" + i + "]"));
  if (typeof who === "object") {
    if ("notify" in who) return names(who.notify, where + ".notify");
    if (Object.keys(who).length === 0) return [];
  }
  throw new Error("params." + where + " must be a name, a list of names, or an object with notify");
}
