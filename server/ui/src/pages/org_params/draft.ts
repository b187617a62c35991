// What the form of a parameter holds while it is being filled in.
import type { Problem } from "../../api/client";
import type { OrgParam, OrgParamChange } from "../../api/org_params";
import { t } from "../../i18n";
import { example } from "./examples";

export interface Draft {
  key: string;
  value: string;
  remark: string;
  secret: boolean;
  scripts: string[];
  hosts: string[];
  rotate_days: string; // as typed
}

export type Errors = Partial<Record<keyof Draft | "form", string>>;

/** The form of a parameter, or of a new one whose key is known at most. */
export function draftOf(param: OrgParam | undefined, newKey = ""): Draft {
  const from: Partial<OrgParamChange> = param ? { ...param, scripts: param.scripts ?? [], hosts: param.hosts ?? [], value: "" } : example(newKey);
  return {
    key: param?.key ?? newKey,
    value: "",
    remark: from.remark ?? "",
    secret: from.secret ?? true,
    scripts: from.scripts ?? [],
    hosts: from.hosts ?? [],
    rotate_days: from.rotate_days ? String(from.rotate_days) : "",
  };
}

export const isSame = (a: Draft, b: Draft) => JSON.stringify(a) === JSON.stringify(b);

/** What the server takes: no value means that the stored one stays. */
export function toChange({ value, remark, secret, scripts, hosts, rotate_days }: Draft): OrgParamChange {
  return {
    ...(value.trim() && { value: tidy(value) }),
    remark: remark.trim(),
    secret,
    scripts,
    hosts,
    rotate_days: Number(rotate_days) || 0,
  };
}

/** Takes the blanks around a one-line value away: they come from copying, and break URLs and keys. */
function tidy(value: string) {
  const trimmed = value.trim();
  return trimmed.includes("\n") ? value : trimmed;
}

const longestRotation = 3650; // days

/** What is wrong that can be known without the server. */
export function check(draft: Draft, param: OrgParam | undefined, existing: OrgParam[]): Errors {
  const wrong: Errors = {};
  if (!draft.key) wrong.key = t("org_params.key_missing");
  else if (!param && !/^[A-Za-z_][\w.-]{0,127}$/.test(draft.key)) wrong.key = t("org_params.key_bad");
  else if (!param && existing.some((other) => other.key === draft.key)) wrong.key = t("org_params.key_taken", { key: draft.key });
  if (!param && !draft.value.trim()) wrong.value = t("org_params.value_missing");
  const days = draft.rotate_days;
  if (days && !(/^\d+$/.test(days) && Number(days) <= longestRotation)) wrong.rotate_days = t("org_params.rotate_bad", { most: longestRotation });
  return wrong;
}

/** The server's complaints, at the fields of the form. */
export function byField(problem: Problem): Errors {
  const errors: Errors = {};
  for (const [location, message] of Object.entries(problem.fields)) {
    const name = location.split(/[.[]/)[0] as keyof Draft;
    errors[["key", "value", "remark", "secret", "scripts", "hosts", "rotate_days"].includes(name) ? name : "form"] ??= message;
  }
  if (!Object.keys(errors).length) errors.form = problem.message;
  return errors;
}

/** The host that a value names as a URL; empty for every other value. */
export function hostOf(value: string): string {
  return /^https?:\/\//i.test(value.trim()) && URL.canParse(value.trim()) ? new URL(value.trim()).host : "";
}

/** The host in what was typed as one: of a URL, only its host. */
export function hostIn(typed: string): string {
  return hostOf(typed) || typed.toLowerCase();
}
