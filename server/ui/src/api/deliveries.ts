// Deliveries: what is on its way out, and what became of it.
import { get, post } from "./client";

export type DeliveryState = "scheduled" | "available" | "running" | "retryable" | "completed" | "discarded" | "cancelled";

export interface Delivery {
  id: string;
  kind: string;
  state: DeliveryState;
  eui: string;
  execution_id: string;
  script?: string;
  destination: string; // a masked URL, or what stands in its place
  outcome?: string;
  error?: DeliveryError;
  tries: number;
  attempts: Attempt[];
  created_at: string;
  scheduled_at?: string; // of the next attempt
  finished_at?: string;
  waits_for?: "budget" | "pause" | "down"; // why it is not attempted though it is due
  waits_until?: string;
  notification?: Told;
}

/** Who is told what by a notification. */
export interface Told {
  event: string;
  alarm_id: string;
  service: string;
  target: string;
  rule?: string;
}

/** Who is told, as service and target; undefined for what is no notification. */
export const toldTo = ({ notification }: Delivery): string | undefined => notification && [notification.service, notification.target].filter(Boolean).join(" · ");

export interface DeliveryError {
  code: string;
  message: string;
  remedy?: string;
}

export interface Attempt {
  number: number;
  at: string;
  duration_ms: number;
  status?: number;
  reply?: string;
  outcome: string;
  error?: DeliveryError;
}

const at = (id: string) => "/deliveries/" + encodeURIComponent(id);

export const getDelivery = (id: string) => get<Delivery>(at(id));
export const retryDelivery = (id: string) => post<Delivery>(at(id) + "/retry");
export const cancelDelivery = (id: string) => post<Delivery>(at(id) + "/cancel");

/** What the server takes: a delivery that is over, or waits after a failure, can be attempted now. */
export const canRetry = ({ state }: Delivery) => state === "discarded" || state === "cancelled" || state === "retryable";
export const canCancel = ({ state }: Delivery) => state === "scheduled" || state === "available" || state === "retryable";

export interface Changed {
  changed: string[];
  skipped: string[]; // being attempted, in another state, or not there
  more: boolean; // more match: the next call goes on
}

/** Which deliveries are meant: these, or all that match. */
export type Many = { ids: string[] } | { state?: string; eui?: string; destination?: string };

export const retryMany = (many: Many) => post<Changed>("/deliveries/retry", many);
export const cancelMany = (many: Many) => post<Changed>("/deliveries/cancel", many);

/** How a destination does. */
export interface Destination {
  id: string;
  url: string; // masked
  service?: string;
  target?: string;
  script?: string; // that sent there last, where no service does
  state: "up" | "failing" | "down";
  since?: string;
  waiting: number;
  running: number;
  held_by?: "budget" | "pause" | "down";
  next_slot?: string; // absent: now
  budgets: { name: string; limit: number; window_seconds: number }[];
  minutes: { at: string; ok?: number; failed?: number }[] | null;
  ok: number;
  failed: number;
  last_error?: { at: string; code?: string; message: string };
}

export const listDestinations = () => get<{ items: Destination[] }>("/deliveries/destinations").then(({ items }) => items);
