// Executions: the whole story of one uplink or call.
import type { Delivery } from "./deliveries";
import { get } from "./client";

export interface Execution {
  id: string;
  eui: string;
  state: "queued" | "waiting" | "completed" | "failed";
  created_at: string;
  finished_at?: string;
  uplink?: Uplink;
  call?: { eui: string; method: string; params: unknown; caller: string };
  runs: Run[] | null;
}

export interface Uplink {
  uplink_id: string;
  thing_model_id?: string;
  telemetry_data?: Record<string, unknown>;
  shared_attrs?: Record<string, unknown>;
  server_attrs?: Record<string, unknown>;
  f_port?: number;
  payload?: string; // base64
  msg?: unknown;
  received_at: string;
}

export interface Run {
  kind: "trigger" | "rpc" | "parser";
  script: string;
  version?: number; // absent: a script of the library
  eui: string;
  dispatch_id?: string; // of the trigger's result that asked for this RPC
  started_at: string;
  cpu_ms: number;
  wall_ms: number;
  result?: unknown; // not in lists
  logs?: LogEntry[];
  error?: ScriptError;
  dispatch?: { id?: string; due_at?: string; calls: number; abort_previous_timer?: boolean };
  actions?: { type: string; eui: string; delivery_id?: string; event?: string }[];
}

export interface LogEntry {
  time: string;
  level: "info" | "warn" | "error";
  text: string;
  fields?: unknown;
}

export interface ScriptError {
  code: string;
  message: string;
  line?: number;
  column?: number;
}

export type ExecutionStory = Execution & { deliveries: Delivery[] };

export const getExecution = (id: string) => get<ExecutionStory>("/executions/" + encodeURIComponent(id));
