// Devices, their attributes and what is mounted on them.
import { del, get, post, put } from "./client";

export type Values = Record<string, unknown>;

export interface Device {
  eui: string;
  name: string;
  device_type?: string;
  parent?: string;
  tags: string[];
  server_attrs: Values;
  shared_attrs: Values;
  client_attrs: Values;
  telemetry_data: Record<string, Values>; // the latest by thing model, with update_time in ms
  thing_models: string[];
  rpcs: string[];
  triggers: string[];
  created_at: string;
  updated_at: string;
  last_seen?: string;
  active_alarms: number;
}

export type AttributeGroup = "server_attrs" | "shared_attrs" | "client_attrs";

type DeviceChange = Partial<Pick<Device, "name" | "device_type" | "parent" | "tags" | "thing_models" | "rpcs" | "triggers" | AttributeGroup>>;

const at = (eui: string) => "/devices/" + encodeURIComponent(eui);

export const getDevice = (eui: string) => get<Device>(at(eui));
export const saveDevice = (eui: string, change: DeviceChange) => put<Device>(at(eui), change);
export const deleteDevice = (eui: string) => del(at(eui));

/** One uplink's values, for drawing them over time. */
export interface Reading {
  execution_id: string;
  at: string;
  thing_model_id: string;
  values: Values;
}

/** The readings of the latest uplinks, newest first. */
export const recentReadings = (eui: string) => get<{ items: Reading[] }>(at(eui) + "/telemetry").then(({ items }) => items);

export interface UplinkReply {
  uplink_id: string;
  execution_id: string;
  dispatches?: number;
  state?: string;
}

/** Posts an uplink and waits until its triggers ran. */
export const sendUplink = (uplink: Values) => post<UplinkReply>("/uplinks?wait=1", uplink);
