// Alarms: the board, one alarm's story, and what people do about it.
import type { Delivery } from "./deliveries";
import { get, post } from "./client";

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

/** An alarm with the times that the device had it before, and who was told. */
export interface AlarmStory extends Alarm {
  history: Alarm[];
  notifications?: Delivery[];
}

const at = (id: string) => "/alarms/" + encodeURIComponent(id);

export async function getAlarm(id: string): Promise<AlarmStory> {
  const [alarm, history] = await Promise.all([get<Omit<AlarmStory, "history">>(at(id)), get<{ items: Alarm[] }>(at(id) + "/history")]);
  return { ...alarm, history: history.items };
}
export const acknowledgeAlarm = (id: string) => post<Alarm>(at(id) + "/acknowledge");
export const clearAlarm = (id: string, note: string) => post<Alarm>(at(id) + "/clear", note ? { note } : {});
