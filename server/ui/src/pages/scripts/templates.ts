// What a new script begins with: it runs, and its comments tell the contract.
import type { Kind, Language } from "../../api/scripts";

const trigger = `// Runs when telemetry of a device has changed. It decides; RPCs act.
// device: a copy of the device. thingModelId: whose telemetry arrived.
function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data[thingModelId];
  const limit = device.server_attrs.alarm_temp ?? 30;
  const hot = temperature > limit;

  // null would mean: do nothing.
  return {
    delayms: 0, // wait before the RPCs run; survives a restart
    abort_previous_timer: true, // cancel what this trigger is still waiting with
    actions: [
      // method: one of your RPCs, or one of the library. _eui, if given: another device.
      { method: "alarm", params: { name: "overheat", action: hot ? "new" : "clear", title: "Too hot", level: "high", desc: temperature + " °C" } },
    ],
  };
}
`;

const rpc = `// Called by triggers and from outside. It returns what is to be done.
// Declare params on the tab Parameters: they are checked, and defaults are filled in.
async function rpc_script({ device, params, alarms, logger, org_params }) {
  logger.info("called", { params });

  // An action of type axios is sent after the run, durably and with retries.
  // Others: alarm { action, data }, modifyAttrs { server_attrs … }, a downlink { userdata { port, payload } }.
  return [
    { type: "modifyAttrs", dnMsg: { server_attrs: { last_called: Date.now() } } },
  ];
}
`;

const parser = `// Turns a device's bytes into telemetry. Its name is the thing model's.
// Codecs of network servers run as they are: decodeUplink (TS013), Decode (ChirpStack v3), Decoder (TTN v2).
function payload_parser({ device, msg, thingModelId, noticeAttrs }) {
  const bytes = Buffer.from(msg.userdata.payload, "base64");
  if (msg.userdata.port !== 1 || bytes.length < 2) return null; // not ours

  return { telemetry_data: { temperature: bytes.readInt16BE(0) / 10 } };
}
`;

const typed: Record<Kind, [from: string, to: string][]> = {
  trigger: [["function trigger_script(device, thingModelId) {", "function trigger_script(device: Device, thingModelId: string): Dispatch | null {"]],
  rpc: [["async function rpc_script({ device, params, alarms, logger, org_params }) {", "async function rpc_script({ device, params, alarms, logger, org_params }: RpcInput): Promise<Action[] | null> {"]],
  parser: [["function payload_parser({ device, msg, thingModelId, noticeAttrs }) {", "function payload_parser({ device, msg, thingModelId, noticeAttrs }: ParserInput): Parsed | null {"]],
};

const scripts: Record<Kind, string> = { trigger, rpc, parser };

/** A script of the kind that runs as it is. */
export function template(kind: Kind, language: Language): string {
  if (language === "javascript") return scripts[kind];
  return typed[kind].reduce((text, [from, to]) => text.replace(from, to), scripts[kind]);
}
