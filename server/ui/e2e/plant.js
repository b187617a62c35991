// An organisation at work: devices, scripts, alarms, deliveries that arrive and some that do not.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { admin, startServerWithAdmin, until, webhook } from "./support.js";

export const serviceKey = "9a41f6de-58b7-4d0e-a6f4-0c2d6b1e77aa";
export const room = { eui: "a84041000181c061", name: "Cold room 2" };

const overheat = `function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data[thingModelId];
  logger.info("looked at it", { temperature });
  const params = { name: "overheat", action: temperature > 30 ? "new" : "clear", title: device.name + " is too hot", level: "high", desc: temperature + " °C" };
  return { delayms: 0, abort_previous_timer: true, actions: [{ method: "alarm", params }, { method: "wecom_notify", params }] };
}`;

const setCov = `function rpc_script({ device, params }) {
  return [{ type: "modifyAttrs", dnMsg: { server_attrs: { cov: params.cov, mode: params.mode } } }];
}`;

const refused = `function rpc_script() {
  return [{ type: "axios", dnMsg: { method: "post", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=gone", data: { msgtype: "text", text: { content: "x" } } } }];
}`;

const later = `function rpc_script() {
  return [{ type: "axios", sleepTimeMs: 36e5, dnMsg: { method: "post", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=gone", data: {} } }];
}`;

/** Has something sent to a chat group in an hour; the id of its delivery. */
export async function deliverLater({ call }) {
  await call("PUT", "/scripts/rpc/later", { source: later, org_wide: true });
  const { result } = await call("POST", "/rpc", { jsonrpc: "2.0", id: 2, method: "later", params: { _eui: room.eui } });
  const { deliveries } = await call("GET", "/executions/" + result.execution_id);
  return deliveries[0].id;
}

/** Starts a server with that organisation in it. call sends requests as its admin. */
export async function startPlant(t) {
  const group = await startPlatform(t);
  const server = await startServerWithAdmin(t, { TRIPLINE_EGRESS_REWRITE: `https://qyapi.weixin.qq.com=${group}` });
  const token = await makeToken(server.url);
  const call = (method, path, body) => send(server.url, { Authorization: "Bearer " + token }, method, path, body);
  await call("PUT", "/users/lin", { role: "operator", password: admin.password });
  await call("PUT", "/orgs/default", { name: "North Plant", time_zone: "Asia/Shanghai" });
  await call("PUT", "/org-params/" + webhook.key, { value: webhook.value, remark: "WeCom group bot", hosts: ["qyapi.weixin.qq.com"] });
  await call("PUT", "/scripts/trigger/overheat", { source: overheat });
  await call("PUT", "/scripts/trigger/broken", { source: "function trigger_script(device) { return device.nothing.there; }" });
  await call("PUT", "/scripts/rpc/set_cov", {
    source: setCov,
    params: [
      { name: "cov", type: "number", alias: "Change of value", default: 0.5, unit: "°C" },
      { name: "mode", type: "string", options: [{ key: "Normal", value: "normal" }, { key: "Eco", value: "eco" }], default: "normal" },
    ],
  });
  await call("PUT", "/scripts/rpc/refused", { source: refused, org_wide: true });
  await call("PUT", "/devices/" + room.eui, { name: room.name, device_type: "LHT65", tags: ["cold-room"], triggers: ["overheat"], rpcs: ["set_cov"], server_attrs: { alarm_temp: 30 } });
  await call("PUT", "/devices/a84041000181c062", { name: "Loading dock", triggers: ["broken"] });
  await call("PUT", "/notification-services/On%20call", {
    type: "wecom",
    description: "Whoever has the week",
    settings: { groups: [{ name: "night", webhook_url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + serviceKey }, { name: "left", webhook_url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=gone" }] },
  });
  await call("PUT", "/notification-rules/cold%20rooms", { services: ["On call"], on: ["raise", "clear"], levels: ["high", "urgent"], alarm_name: "over*", tags: ["cold-room"] });
  const uplink = (eui, temperature) => call("POST", "/uplinks?wait=1", { eui, thingModelId: "thermometer", telemetry_data: { temperature, humidity: 45 } });
  for (const temperature of [21, 36, 22, 41]) await uplink(room.eui, temperature);
  await uplink("a84041000181c062", 20);
  await call("POST", "/rpc?wait=1", { jsonrpc: "2.0", id: 1, method: "refused", params: { _eui: room.eui } });
  await until(async () => (await call("GET", "/deliveries?state=completed")).items.length > 0, "a delivery arrives");
  return { ...server, call, uplink };
}

async function makeToken(url) {
  const login = await fetch(url + "/api/v1/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(admin) });
  const cookie = login.headers.get("Set-Cookie").split(";")[0];
  return (await send(url, { Cookie: cookie }, "POST", "/tokens", { name: "test", scopes: ["admin"] })).token;
}

async function send(url, who, method, path, body) {
  const reply = await fetch(url + "/api/v1" + path, {
    method,
    headers: { ...who, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** A chat platform that knows every bot but one. */
async function startPlatform(t) {
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    response.setHeader("Content-Type", "application/json");
    response.end(request.url.includes("key=gone") ? '{"errcode":93000,"errmsg":"invalid webhook url"}' : '{"errcode":0,"errmsg":"ok"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
