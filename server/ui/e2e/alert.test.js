// What an admin types into the page is where the next alert goes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startGroup } from "./script_bench.js";
import { admin, openPage, startServer, steps, until, webhook } from "./support.js";

const trigger = `function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data[thingModelId];
  const params = { name: "overheat", action: temperature > 30 ? "new" : "clear", title: "Too hot", level: "high", desc: temperature + " °C" };
  return { delayms: 0, abort_previous_timer: true, actions: [{ method: "alarm", params }, { method: "wecom_notify", params }] };
}`;

test("a parameter added in the browser is used by the next uplink", async (t) => {
  const group = await startGroup(t);
  const server = await startServer(t, { TRIPLINE_EGRESS_REWRITE: `https://qyapi.weixin.qq.com=${group.url}` });
  const { page } = await openPage(t, server);
  const step = steps(t);

  await step("the first admin signs in", async () => {
    await page.goto(server.link);
    await page.getByLabel("New password").fill(admin.password);
    await page.getByLabel("The same again").fill(admin.password);
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByRole("link", { name: "Add where alerts go" }).waitFor();
  });

  // The page's own session is used: the integrator's pages come later.
  const put = (path, body) => send(page, "PUT", path, body);
  const uplink = (temperature) => send(page, "POST", "/uplinks?wait=1", { eui: "a84041000181c061", thingModelId: "t", telemetry_data: { temperature } });

  await step("an uplink without the parameter reaches nobody", async () => {
    await put("/scripts/trigger/overheat", { source: trigger });
    await put("/devices/a84041000181c061", { name: "Cold room 2", triggers: ["overheat"] });
    await uplink(41);
    assert.deepEqual(group.messages, []);
  });

  await step("the parameter is added on the page", async () => {
    await page.getByRole("link", { name: "Add where alerts go" }).click();
    await page.getByRole("dialog").getByLabel("Value").fill(webhook.value);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: webhook.key }).waitFor();
  });

  await step("the next uplink's message goes to it", async () => {
    await uplink(42);
    await until(() => group.messages.length === 1, "the message arrives");
    const [{ path, body }] = group.messages;
    assert.equal("https://qyapi.weixin.qq.com" + path, webhook.value);
    assert.match(body.markdown.content, /Cold room 2[\s\S]*42 °C|42 °C[\s\S]*Cold room 2/);
  });
});

async function send(page, method, path, body) {
  const { status, text } = await page.evaluate(
    async ([method, path, body]) => {
      const reply = await fetch("/api/v1" + path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      return { status: reply.status, text: await reply.text() };
    },
    [method, path, body],
  );
  assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
}
