// The inputs of a dry run, part by part, each as the text that somebody edits.
import type { Kind, RunInputs } from "../../api/scripts";

const partNames = ["params", "msg", "input", "entry", "device", "thing_model_id", "alarms", "org_params", "context", "noticeAttrs", "now", "responses"] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Partial<Record<PartName, string>>;

/** The parts that a kind of script sees, the most telling first. */
export const partsOf: Record<Kind, PartName[]> = {
  trigger: ["device", "thing_model_id", "alarms", "org_params", "now"],
  rpc: ["params", "device", "alarms", "responses", "org_params", "thing_model_id", "now"],
  parser: ["msg", "input", "entry", "device", "context", "noticeAttrs", "now"],
};

/** Parts that are text as they stand; the others are JSON. */
const plain = new Set<PartName>(["thing_model_id", "entry", "now"]);
export const isPlain = (part: PartName) => plain.has(part);

/** What a parser may be asked for. */
export const entries = ["", "decodeUplink", "encodeDownlink", "decodeDownlink", "normalizeUplink", "extractPoints"];

export function partsFrom(inputs: RunInputs): Parts {
  const parts: Parts = {};
  for (const name of partNames) {
    const value = inputs[name];
    if (value === undefined || value === null) continue;
    parts[name] = isPlain(name) ? String(value) : JSON.stringify(value, null, 2);
  }
  return parts;
}

/** The inputs that the parts tell, or which part is no JSON. */
export function inputsFrom(parts: Parts, kind: Kind): { inputs: RunInputs } | { bad: PartName } {
  const inputs: Record<string, unknown> = {};
  for (const name of partsOf[kind]) {
    const text = parts[name]?.trim();
    if (!text) continue;
    if (isPlain(name)) {
      inputs[name] = name === "now" && /^\d+$/.test(text) ? Number(text) : text;
      continue;
    }
    try {
      inputs[name] = JSON.parse(text);
    } catch {
      return { bad: name };
    }
  }
  return { inputs };
}

/** What of the parts can be read, for examples. */
export function sampleOf(parts: Parts): Record<string, unknown> {
  const sample: Record<string, unknown> = {};
  for (const name of ["device", "params", "alarms", "msg", "input"] as const) {
    try {
      sample[name] = JSON.parse(parts[name] ?? "");
    } catch {
      // Half typed.
    }
  }
  return sample;
}

/** Inputs for an organisation without devices. */
export function exampleInputs(kind: Kind): RunInputs {
  const device = {
    eui: "a84041000181c061",
    name: "Cold room 2",
    device_type: "",
    parent: "",
    tags: [],
    server_attrs: { alarm_temp: 30 },
    shared_attrs: {},
    client_attrs: {},
    telemetry_data: { default: { temperature: 41, update_time: 1772352000000 } },
    thing_model: [],
    rpc: [],
    trigger: [],
  };
  switch (kind) {
    case "trigger":
      return { device, thing_model_id: "default", alarms: {} };
    case "rpc":
      return { device, params: { _eui: device.eui }, alarms: {} };
    default:
      return { device, msg: { moteeui: device.eui, userdata: { port: 1, payload: "AZo=" } }, input: { bytes: [1, 154], fPort: 1 } };
  }
}
