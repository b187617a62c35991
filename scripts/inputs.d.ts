/** Any value that has a JSON form. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Attrs = Record<string, any>;
type Level = "low" | "mid" | "high" | "urgent";

/** A copy of the device: changing it changes nothing outside. */
interface Device {
  eui: string;
  name: string;
  device_type: string;
  /** The EUI of the device that it hangs on, or "". */
  parent: string;
  tags: string[];
  server_attrs: Attrs;
  shared_attrs: Attrs;
  client_attrs: Attrs;
  /** The latest values by thing model; update_time is in ms since 1970. */
  telemetry_data: Record<string, Attrs & { update_time?: number }>;
  /** Names of the scripts that are mounted. */
  thing_model: string[];
  rpc: string[];
  trigger: string[];
}

/** The active alarms by name. What is absent is not active. Times are in ms since 1970. */
type Alarms = Record<string, { title: string; desc: string; level: Level; start_time: number; update_time: number; count: number } | undefined>;
/** The organisation's parameters that this script was granted. */
type OrgParams = Record<string, string | undefined>;

/** What trigger_script may return. */
interface Dispatch {
  /** How long to wait before the RPCs run; the timer survives a restart. */
  delayms?: number;
  /** Cancels the pending timers of this trigger for this device first. */
  abort_previous_timer?: boolean;
  /** RPCs in the order in which they run. _eui is the device that they run for, this one when left out. */
  actions?: ({ method: string; params?: { _eui?: string; [name: string]: any } } | { methodId: string; params?: { _eui?: string; [name: string]: any } })[];
}

interface ActionBase {
  /** How long to wait before it, after the one before was first attempted. */
  sleepTimeMs?: number;
  /** The EUI of the device that it is for, this one when left out. */
  target?: string;
}
interface DownlinkAction extends ActionBase {
  type?: "default" | "thinkOne";
  dnMsg: { version?: string; type?: string; if?: string; moteeui?: string; token?: any; userdata: { port: number; payload: string; confirmed?: boolean; [field: string]: any }; [field: string]: any };
}
interface AttributesAction extends ActionBase {
  type: "modifyAttrs";
  dnMsg: { server_attrs?: Attrs | null; shared_attrs?: Attrs | null; client_attrs?: Attrs | null };
}
interface AlarmAction extends ActionBase {
  type: "alarm";
  dnMsg: { action: "new" | "clear"; data: { alarm_name: string; notice_groups?: string | string[] | { notify?: string | string[] }; title?: string; desc?: string; level?: Level } };
}
interface RequestAction extends ActionBase {
  type: "axios";
  /** An axios request config. */
  dnMsg: { url: string; method?: string; headers?: Record<string, any>; params?: Attrs; data?: any; timeout?: number; [option: string]: any };
}
/** What rpc_script may return an array of. */
type Action = DownlinkAction | AttributesAction | AlarmAction | RequestAction;

/** What rpc_script is given. */
interface RpcInput<Params = Attrs> {
  device: Device;
  params: Params & { _eui?: string };
  alarms: Alarms;
  logger: typeof logger;
  org_params: OrgParams;
  thingModelId?: string;
}

/** What payload_parser is given. */
interface ParserInput {
  device: Device;
  msg: { moteeui?: string; userdata: { port: number; payload: string; [field: string]: any }; [field: string]: any };
  thingModelId: string;
  /** Which of them the uplink brought. */
  noticeAttrs?: { server_attrs: boolean; shared_attrs: boolean; telemetry_data: boolean };
}
/** Values of one device; null leaves a group alone. */
interface ParsedGroups {
  telemetry_data?: Attrs | null;
  server_attrs?: Attrs | null;
  shared_attrs?: Attrs | null;
}
/** A device under the one that sent the uplink, by its EUI or by its address there. */
type SubDevice = ParsedGroups & { name?: string } & ({ eui: string } | { address: string | number });
/** What payload_parser may return. An address as sub_device says that all groups are those of the device there. */
interface Parsed extends ParsedGroups {
  sub_device?: string | number | SubDevice | SubDevice[] | null;
}
