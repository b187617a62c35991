// Alarms: the board, one alarm's story, and what people do about it.
import { get, post } from "./client";
import type { DeliveryError, DeliveryState } from "./deliveries";

export type AlarmLevel = "low" | "mid" | "high" | "urgent";

export interface Alarm {
  id: string;
  eui: string;
  alarm_name: string;
  level: AlarmLevel;
  title: string;
  desc: string;
  state: "active" | "cleared";
  count: number;
  notice_groups: string[] | null;
  start_time: string;
  update_time: string;
  cleared_time?: string;
  recovery_note?: string;
  acknowledged_by?: string;
}

/** One message about an alarm to one target of a service. */
export interface AlarmNotification {
  event: string;
  service: string;
  target: string;
  rule?: string;
  delivery_id: string;
  destination: string;
  state: DeliveryState;
  outcome?: string;
  error?: DeliveryError;
  reply?: string;
  tries: number;
  created_at: string;
}

/** An alarm with who was told, who will be, and the times that the device had it before. */
export interface AlarmStory extends Alarm {
  history: Alarm[];
  notifications: AlarmNotification[];
  upcoming: { service: string; rule: string; event: string; at: string }[];
  unknown_groups?: string[];
}

const at = (id: string) => "/alarms/" + encodeURIComponent(id);

export async function getAlarm(id: string): Promise<AlarmStory> {
  const [alarm, history] = await Promise.all([get<Omit<AlarmStory, "history">>(at(id)), get<{ items: Alarm[] }>(at(id) + "/history")]);
  return { ...alarm, history: history.items };
}
export const acknowledgeAlarm = (id: string) => post<Alarm>(at(id) + "/acknowledge");
export const clearAlarm = (id: string, note: string) => post<Alarm>(at(id) + "/clear", note ? { note } : {});
