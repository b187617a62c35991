// A dry run: a script is run, nothing is performed.
import { post } from "./client";
import type { LogEntry, ScriptError } from "./executions";

export interface DryRun {
  kind: "trigger" | "rpc" | "parser";
  name?: string;
  source?: string;
  device: unknown; // an EUI, or the device as the script is to see it
  params?: unknown;
  msg?: unknown;
  thing_model_id?: string;
}

export interface DryRunReport {
  result: unknown;
  actions: unknown[] | null;
  logs: LogEntry[] | null;
  error?: ScriptError;
  cpu_ms: number;
  wall_ms: number;
}

export const dryRun = (run: DryRun) => post<DryRunReport>("/scripts/test", run);
