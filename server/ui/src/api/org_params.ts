// The organisation's parameters.
import type { AuditEntry } from "./audit";
import { del, get, getAll, put } from "./client";

export interface OrgParam {
  key: string;
  remark: string;
  secret: boolean;
  scripts: string[] | null; // null and empty: every script
  hosts: string[] | null; // null and empty: any host
  rotate_days?: number;
  rotate_by?: string; // when the value should be replaced
  hint?: string; // the end of a long value
  updated_at: string;
  updated_by: string;
  used_by?: { kind: string; name: string; granted: boolean }[]; // in lists: scripts whose sources name the key
}

export interface OrgParamChange {
  value?: string; // left out: stays as it is
  remark: string;
  secret: boolean;
  scripts: string[];
  hosts: string[];
  rotate_days: number;
}

const at = (key: string) => "/org-params/" + encodeURIComponent(key);

export const listOrgParams = () => getAll<OrgParam>("/org-params");
export const saveOrgParam = (key: string, change: OrgParamChange) => put<OrgParam>(at(key), change);
export const deleteOrgParam = (key: string) => del(at(key));

/** Fetches the value. The server writes down who did so. */
export const revealOrgParam = (key: string) => get<OrgParam & { value: string }>(at(key) + "?reveal=1");

/** Who changed or revealed a parameter, without values. */
export const orgParamHistory = (key: string) => get<{ items: AuditEntry[] }>(at(key) + "/history?limit=20").then(({ items }) => items);
