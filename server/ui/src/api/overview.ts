// How the organisation's work stands.
import { get } from "./client";
import type { AlarmLevel } from "./alarms";
import type { Kind, LastError, Pause } from "./scripts";

export interface Overview {
  minutes: { at: string; count: number }[];
  alarms: Partial<Record<AlarmLevel, number>>;
  deliveries: { waiting: number; retrying: number; failed: number };
  scripts: { kind: Kind; name: string; paused?: Pause; last_error?: LastError }[];
  steps: Record<Step, boolean>;
}

export type Step = "param" | "script" | "device" | "uplink" | "alert";

export const getOverview = () => get<Overview>("/overview");
