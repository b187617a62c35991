// The words of the pages. {names} are filled in by t.
export const en = {
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  cancel: "Cancel",
  save: "Save",
  saving: "Saving…",
  delete: "Delete",
  keep: "Keep it",
  remove: "Remove {name}",
  discard: "Discard",
  discard_ask: "Discard what you typed?",
  keep_editing: "Keep editing",
  try_again: "Try again",
  loading: "Loading",
  search: "Search",
  nothing_found: "Nothing matches. Change the search or take a filter out.",
  actions: "Actions",
  more: "More",
  pages: "Pages",
  skip: "Skip to the page",
  language: "Language",
  theme: "Theme",
  password: "Password",
  by: "by {name}",
  sign_out: "Sign out",

  "keys.walk": "next, previous",
  "keys.open": "open",
  "keys.search": "search",
  "keys.add": "add",

  "theme.light": "Light",
  "theme.dark": "Dark",
  "theme.auto": "As the system",

  "role.admin": "Admin",
  "role.integrator": "Integrator",
  "role.operator": "Operator",

  "time.now": "just now",

  "problem.unreachable": "The server does not answer. Check that it runs and that you are connected, then try again.",
  "problem.internal": "The server could not do this. Its log says why.",
  "problem.forbidden": "Your role does not allow this. Ask an admin of your organisation.",
  "problem.unauthorized": "You are not signed in any more. Sign in and try again.",
  "problem.throttled": "Too many tries. Wait {wait}, then try again.",
  "unreachable.title": "No answer",

  "no_page.title": "Nothing here",
  "no_page.purpose": "There is no page at this address, or your role does not show it.",
  "no_page.none_title": "You are signed in",
  "no_page.none": "There is no page yet for your role ({role}). An admin of your organisation can give you another one.",

  "sign_in.title": "Sign in",
  "sign_in.purpose": "To see and change what your organisation's scripts do.",
  "sign_in.again": "Sign in again",
  "sign_in.expired": "Your session has ended. What you typed is kept: sign in and go on.",
  "sign_in.name": "Name",
  "sign_in.org": "Organisation",
  "sign_in.org_hint": "Its code, as your admin wrote it. Empty is the first organisation.",
  "sign_in.other_org": "Sign in to another organisation",
  "sign_in.other_account": "Use another account",
  "sign_in.do": "Sign in",
  "sign_in.busy": "Signing in…",
  "sign_in.name_missing": "Type your name.",
  "sign_in.password_missing": "Type your password.",
  "sign_in.wrong": "This name and password do not belong together. Check both, and the organisation.",
  "sign_in.no_account": "No account yet? An admin of your organisation makes one. A server that was just set up printed a one-time link when it started: open that.",

  "setup.title": "Choose a password",
  "setup.purpose": "You are the first admin of this server. You will sign in as “{name}” with this password.",
  "setup.password": "New password",
  "setup.again": "The same again",
  "setup.do": "Set password and sign in",
  "setup.advice": "At least {count} characters. Four or five words that you can remember are better than one hard one.",
  "setup.too_short": "Take at least {count} characters.",
  "setup.short": "{missing} more to go",
  "setup.enough": "Long enough",
  "setup.good": "Good",
  "setup.strong": "Strong",
  "setup.differs": "This is not the same as above. Type it again.",
  "setup.no_token": "This address has no token in it. Open the whole link that the server printed when it started.",
  "setup.link_used": "This link was used already or is too old. Sign in, or start the server again: as long as there is no admin, it prints a new one.",
  "setup.to_sign_in": "To sign in",

  "org_params.title": "Org Params",
  "org_params.purpose": "Webhook addresses, tokens and settings that your scripts read as org_params, kept out of their text.",
  "org_params.add": "Add parameter",
  "org_params.search": "Search keys, remarks, hosts",
  "org_params.filter_due": "Rotation due",
  "org_params.filter_any_host": "Secret to any host",
  "org_params.filter_plain": "Not secret",
  "org_params.show_all": "Show all",
  "org_params.missing": "There is no parameter “{name}” (any more).",

  "org_params.empty_title": "No parameters yet",
  "org_params.empty": "Begin with the webhook URL of a WeCom group bot: wecom_notify sends alarms to it. Your own scripts read it like this:",
  "org_params.add_example": "Add {key}",
  "org_params.example_remark": "WeCom group bot for alarms",

  "org_params.key": "Key",
  "org_params.key_hint": "Scripts read it as",
  "org_params.key_missing": "Type a key, such as wecom_webhook_url.",
  "org_params.key_bad": "Begin with a letter or _ and go on with letters, digits, _, - or ., at most 128 characters.",
  "org_params.key_taken": "There is a parameter {key} already. Close this and open that one to change it.",
  "org_params.value": "Value",
  "org_params.value_hint": "Stored encrypted. It is not shown again, unless an admin reveals it.",
  "org_params.value_missing": "Paste the value.",
  "org_params.new_value": "New value",
  "org_params.new_value_hint": "Empty: the value stays as it is. A new one is used from the next run on.",
  "org_params.value_kept": "unchanged",
  "org_params.remark": "Remark",
  "org_params.remark_hint": "What it is for and where it comes from. Those who write scripts see it.",
  "org_params.given_to": "Given to",
  "org_params.scripts": "Scripts that get it",
  "org_params.scripts_hint": "Names, * for any part: wecom_*. Empty: every script.",
  "org_params.all_scripts": "all scripts",
  "org_params.hosts": "Hosts it may be sent to",
  "org_params.hosts_hint": "A request that carries the value to any other host is stopped. Empty: any host.",
  "org_params.any_host": "any host",
  "org_params.only_host": "Send it to {host} only",
  "org_params.secret": "Secret",
  "org_params.secret_hint": "Masked in every record, log and error. Switch off for what may be read there, such as an agent id.",
  "org_params.plain": "not secret",
  "org_params.rotate": "Rotate by",
  "org_params.rotate_every": "Rotate every",
  "org_params.days": "days",
  "org_params.rotate_hint": "How often it should be replaced. Empty: never. 90 days is a good habit.",
  "org_params.rotate_due": "To be replaced by {day}.",
  "org_params.rotate_from_change": "Counted from the day on which the value was last changed.",
  "org_params.rotate_bad": "A whole number of days, at most {most}.",
  "org_params.rotate_when": "due {when}",
  "org_params.never": "never",
  "org_params.changed": "Changed",
  "org_params.saved": "Saved {key} in {org}.",
  "org_params.saved_value": "Saved {key} in {org}. Scripts get the new value from their next run on.",

  "org_params.reveal_short": "Reveal",
  "org_params.reveal": "Reveal {key}",
  "org_params.reveal_ask": "The value will be on your screen for 30 seconds. The audit record keeps that you looked at it.",
  "org_params.reveal_do": "Reveal for 30 seconds",
  "org_params.reveal_hidden": "Hidden again. Revealing it once more is recorded too.",
  "org_params.reveal_again": "Reveal again",
  "org_params.reveal_left": "Hidden again in {seconds} s",
  "org_params.time_left": "Time left",
  "org_params.copy_value": "Copy value",

  "org_params.delete": "Delete {key}",
  "org_params.delete_title": "Delete {key}?",
  "org_params.delete_consequence": "Its value is gone for good. From their next run on, scripts that read org_params.{key} get undefined.",
  "org_params.deleted": "Deleted {key} from {org}.",
} as const;

export type Key = keyof typeof en;

/** What another language has to have: the same keys. */
export type Dictionary = Record<Key, string>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The {names} in the words of a key. */
export type Arguments<K extends Key> = Names<(typeof en)[K]>;

/** The keys without {names}. */
export type PlainKey = { [K in Key]: [Arguments<K>] extends [never] ? K : never }[Key];

/** The keys whose {names} are others in a translation: none, or it does not compile. */
export type Differing<Other extends Dictionary> = {
  [K in Key]: [Names<Other[K]>, Arguments<K>] extends [Arguments<K>, Names<Other[K]>] ? never : K;
}[Key];
