import { type Key, type PlainKey, t } from "../../i18n";

const things = ["org_param", "org", "script", "script_case", "device", "alarm", "delivery", "notification_service", "notification_rule", "user", "token", "session"];
const doings = ["create", "put", "update", "delete", "reveal", "publish", "roll_back", "resume", "attributes", "describe", "mount", "unmount", "acknowledge", "clear", "retry", "cancel", "start", "test"];

/** What was done to what, in words; an action that has none is named as it is. */
export function actionName(action: string): string {
  const dot = action.lastIndexOf(".");
  const [thing, doing] = [action.slice(0, dot).replace(".", "_"), action.slice(dot + 1)];
  if (!things.includes(thing) || !doings.includes(doing)) return action;
  return `${word(`audit.thing.${thing}` as Key)}: ${word(`audit.do.${doing}` as Key)}`;
}

const word = (key: Key) => t(key as PlainKey);

/** A user by name, a token as one. */
export function actorName(actor: string): string {
  return actor.startsWith("token:") ? t("audit.by_token", { name: actor.slice("token:".length) }) : actor;
}
