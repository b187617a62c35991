// Scripts: their versions, where they are mounted, their cases; and what an editor asks while one types.
import { del, get, getAll, type Page, patch, post, put, withParams } from "./client";
import type { LogEntry, ScriptError } from "./executions";

export type Kind = "trigger" | "rpc" | "parser";
export type Language = "javascript" | "typescript";

export interface Param {
  name: string;
  type: "number" | "string" | "boolean" | "object";
  alias?: string;
  index?: number;
  default?: unknown;
  unit?: string;
  options?: { key: string; value: unknown }[];
}

export interface Pause {
  since: string;
  until: string;
  code: string;
  reason: string;
}

export interface LastError {
  at: string;
  execution_id: string;
  version?: number;
  code: string;
  message: string;
  line?: number;
}

interface ScriptBase {
  kind: Kind;
  name: string;
  version: number;
  language: Language;
  params: Param[];
  tags: string[];
  remark: string;
  org_wide: boolean;
  library: boolean;
  created_at?: string;
  created_by?: string;
  paused?: Pause;
  last_used?: string;
  last_error?: LastError;
}

export type ListedScript = ScriptBase & { mount_count: number };
export type Script = ScriptBase & { source: string; mounts: string[] };

export interface Version {
  version: number;
  current: boolean;
  language: Language;
  source?: string; // not in lists
  params: Param[];
  created_at?: string;
  created_by?: string;
}

/** What a script is made of. */
export interface Code {
  source: string;
  language: Language;
  params: Param[];
}

const at = (kind: Kind, name: string) => `/scripts/${kind}/${encodeURIComponent(name)}`;

export const getScript = (kind: Kind, name: string) => get<Script>(at(kind, name));
export const deleteScript = (kind: Kind, name: string) => del(at(kind, name));
export const resumeScript = (kind: Kind, name: string) => post<Script>(at(kind, name) + "/resume");
export const getVersion = (kind: Kind, name: string, version: number) => get<Version>(`${at(kind, name)}/versions/${version}`);
export const versionsPath = (kind: Kind, name: string) => at(kind, name) + "/versions";
export const rollBack = (kind: Kind, name: string, version: number) => post<Script>(at(kind, name) + "/rollback", { version });

/** Publishes; replaces is the version that the author began with, 0 for a new script. */
export const publish = (kind: Kind, name: string, code: Code, replaces: number) =>
  put<ScriptBase & { new_version: boolean }>(at(kind, name), { ...code, replaces });

export const describeScript = (kind: Kind, name: string, change: { remark?: string; tags?: string[]; org_wide?: boolean }) => patch<ScriptBase>(at(kind, name), change);
export const mountScript = (kind: Kind, name: string, eui: string) => put<void>(`${at(kind, name)}/mounts/${encodeURIComponent(eui)}`, undefined);
export const unmountScript = (kind: Kind, name: string, eui: string) => del(`${at(kind, name)}/mounts/${encodeURIComponent(eui)}`);

export interface ScriptRun {
  execution_id: string;
  eui: string;
  version?: number;
  started_at: string;
  cpu_ms: number;
  wall_ms: number;
  log_lines: number;
  error?: ScriptError;
}

export const runsPath = (kind: Kind, name: string, failed: boolean) => withParams(at(kind, name) + "/runs", { failed: failed ? "true" : undefined, limit: 30 });

interface CheckReply {
  error?: ScriptError;
  fields?: { location: string; message: string }[];
  other_kind?: Kind;
}

export const checkScript = (kind: Kind, name: string, code: Code) => post<CheckReply>("/scripts/check", { kind, name, ...code });

/** A name that scripts can write, or a member of what a name stands for. */
export interface Entry {
  name: string;
  kinds?: Kind[]; // absent: all
  signature?: string;
  doc?: string;
  type?: string; // the type whose members it has
  returns?: string; // the type that calling it gives
  members?: Entry[];
}

export interface Reference {
  globals: Entry[];
  types: Entry[];
  declarations: string;
  cpu_limit_ms: number;
}

export const getReference = () => get<Reference>("/scripts/reference");

export interface OrgParamKey {
  key: string;
  remark: string;
}

export const listOrgParamKeys = () => getAll<OrgParamKey>("/org-params/keys");

/** An answer to a request that the script makes. */
interface StubResponse {
  method?: string;
  url?: string; // what the request's URL begins with
  status?: number;
  headers?: Record<string, string>;
  data?: unknown;
}

/** What a run is given. */
export interface RunInputs {
  device?: unknown;
  params?: unknown;
  alarms?: unknown;
  org_params?: unknown;
  thing_model_id?: string;
  msg?: unknown;
  noticeAttrs?: unknown;
  input?: unknown;
  entry?: string;
  context?: unknown;
  now?: unknown;
  seed?: number;
  responses?: StubResponse[];
}

export interface Report {
  result: unknown;
  actions: unknown[] | null;
  context?: unknown;
  logs: LogEntry[] | null;
  error?: ScriptError;
  cpu_ms: number;
  wall_ms: number;
}

/** Runs code on inputs; nothing is performed. */
export const tryScript = (kind: Kind, name: string, { params, ...code }: Code, inputs: RunInputs) =>
  post<Report>("/scripts/test", { kind, name, ...code, declared: params, ...inputs });

export interface FoundInputs {
  inputs: RunInputs;
  eui: string;
  current: string[]; // parts that are as they are now
}

/** Inputs from a device as it is, or from what was recorded of an execution. */
export const findInputs = (kind: Kind, name: string, from: { eui: string } | { execution_id: string }) =>
  get<FoundInputs>(withParams(at(kind, name) + "/inputs", from));

export interface Expectation {
  result?: unknown;
  actions?: unknown;
  error?: unknown;
  logs?: unknown;
}

export interface SavedCase {
  name: string;
  case: RunInputs & { expect?: Expectation };
  updated_at: string;
  updated_by: string;
}

export interface CaseOutcome {
  name: string;
  ok: boolean;
  compared: boolean; // false: the case expects nothing
  differences: string[];
  report: Report;
}

export const listCases = (kind: Kind, name: string) => get<Page<SavedCase>>(at(kind, name) + "/cases").then(({ items }) => items);
export const saveCase = (kind: Kind, name: string, title: string, saved: SavedCase["case"]) => put<SavedCase>(`${at(kind, name)}/cases/${encodeURIComponent(title)}`, saved);
export const deleteCase = (kind: Kind, name: string, title: string) => del(`${at(kind, name)}/cases/${encodeURIComponent(title)}`);

/** Runs all saved cases on code that is not published yet. */
export const runCases = (kind: Kind, name: string, { params, ...code }: Code) =>
  post<Page<CaseOutcome>>(at(kind, name) + "/cases/run", { ...code, declared: params }).then(({ items }) => items);
