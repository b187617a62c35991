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
}

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
