// Organisations: everything else belongs to one.
import { del, get, getAll, put } from "./client";

export interface Org {
  code: string;
  name: string;
  time_zone: string;
  origin_tag: string;
  unknown_devices: "reject" | "create";
  egress_hosts: string[];
  downlink_url: string;
  created_at: string;
}

export type OrgChange = Partial<Omit<Org, "code" | "created_at">>;

const at = (code: string) => "/orgs/" + encodeURIComponent(code);

export const listOrgs = () => getAll<Org>("/orgs");
export const getOrg = (code: string) => get<Org>(at(code));
export const saveOrg = (code: string, change: OrgChange) => put<Org>(at(code), change);
export const deleteOrg = (code: string) => del(at(code));
