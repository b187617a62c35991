// Notification services, the rules that say who is told of what, and what their settings are made of.
import { del, get, getAll, post, postFile, put } from "./client";
import type { AlarmLevel } from "./alarms";

export interface SettingField {
  name: string;
  type: "text" | "url" | "number" | "choice" | "texts" | "map" | "object" | "objects";
  label: string;
  help: string;
  example?: string;
  default?: string;
  required?: boolean;
  secret?: boolean; // replies carry a mask; sent back, or left out, what is stored stays
  most?: number; // of texts: how many there may be
  longest?: number; // of texts: bytes of each
  given?: boolean; // by the server: it has no input, and goes back as it came
  import?: boolean; // may be filled from an exported address book
  options?: string[];
  fields?: SettingField[];
}

export interface ServiceType {
  type: string;
  settings: SettingField[];
}

export type Settings = Record<string, unknown>;

export interface Service {
  name: string;
  type: string;
  description: string;
  settings: Settings;
  targets: { id: string; name: string; destination: string }[];
  rules: string[] | null; // that name it
  problem?: string;
  updated_at: string;
  updated_by: string;
}

export interface TestResult {
  target: string;
  outcome: "delivered" | "retryable" | "permanent";
  detail: string;
}

export type RuleEvent = "raise" | "clear" | "change";

export interface RuleChange {
  services: string[];
  on: RuleEvent[];
  levels: AlarmLevel[];
  alarm_name: string;
  tags: string[];
  devices: string[];
  template: string;
  repeat_minutes: number;
  quiet_hours?: { from: string; to: string; time_zone?: string };
  enabled: boolean;
}

export type Rule = RuleChange & { name: string; updated_at: string; updated_by: string };

const service = (name: string) => "/notification-services/" + encodeURIComponent(name);
const rule = (name: string) => "/notification-rules/" + encodeURIComponent(name);

export const listServiceTypes = () => get<{ items: ServiceType[] }>("/notification-services/types").then(({ items }) => items);
export const listServices = () => getAll<Service>("/notification-services");
export const listServiceNames = () => getAll<{ name: string; type: string; description: string; targets: string[] }>("/notification-services/names");
export const saveService = (name: string, change: { type?: string; description: string; settings: Settings }) => put<Service>(service(name), change);
export const deleteService = (name: string) => del(service(name));
export const testService = (name: string) => post<{ items: TestResult[] }>(service(name) + "/test").then(({ items }) => items);

/** The ids in an exported address book; nothing is stored. */
export const importPeople = (file: File) => postFile<{ items: { id: string; name?: string }[] }>("/notification-services/import", file).then(({ items }) => items);

export const listRules = () => getAll<Rule>("/notification-rules");
export const saveRule = (name: string, change: RuleChange) => put<Rule>(rule(name), change);
export const deleteRule = (name: string) => del(rule(name));
