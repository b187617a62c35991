// A newcomer's whole way, in both languages, on a desk and on a phone: password, parameter, script with a mistake,
// dry run, publication, mount, uplink, execution, delivery, roll back. No secret is left behind anywhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, startGroup } from "./script_bench.js";
import { admin, assertFits, openPage, remains, shot, startServer, steps, until, webhook } from "./support.js";

const source = `function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data[thingModelId];
  const params = { name: "overheat", action: temperature > 30 ? "new" : "clear", title: "Too hot", level: "high", desc: temperature + " °C" };
  return { delayms: 0, abort_previous_timer: true, actions: [{ method: "alarm", params }, { method: "wecom_notify", params }] };
}`;
const broken = source.replace("temperature > 30", "temperature >> > 30");
const eui = "a84041000181c061";

const languages = {
  en: {
    locale: "en-GB", newPassword: "New password", again: "The same again", setPassword: "Set password and sign in",
    add: "Add " + webhook.key, value: "Value", save: "Save", write: "Write it", name: "Name",
    fixed: "Compiles.", run: "Run", calls: "It would call", publish: "Publish…", doPublish: "Publish", mounts: "Mounts", mount: "Mount on a device",
    editor: "Editor", publishedTwo: "Published version 2", versions: "Versions", back: "Roll back to version 1", rolledBack: "runs version 1 again",
    runs: "Runs", line: "Line 3", delivered: "delivered", device: "Device…",
  },
  zh: {
    locale: "zh-CN", newPassword: "新密码", again: "再输入一次", setPassword: "设置密码并登录",
    add: "添加 " + webhook.key, value: "值", save: "保存", write: "开始编写", name: "名称",
    fixed: "编译通过。", run: "运行", calls: "将会调用", publish: "发布…", doPublish: "发布", mounts: "挂载", mount: "挂载到设备",
    editor: "编辑器", publishedTwo: "的版本 2", versions: "版本", back: "回滚到版本 1", rolledBack: "已恢复为版本 1",
    runs: "运行", line: "第 3 行", delivered: "已送达", device: "设备…",
  },
};

for (const [language, words] of Object.entries(languages)) {
  for (const width of [1280, 375]) {
    test(`a newcomer's way in ${language} at ${width} px`, (t) => walk(t, language, words, width));
  }
}

async function walk(t, language, words, width) {
  const group = await startGroup(t);
  const server = await startServer(t, { TRIPLINE_EGRESS_REWRITE: `https://qyapi.weixin.qq.com=${group.url}` });
  const { page, replies } = await openPage(t, server, { width, height: width < 640 ? 740 : 860, locale: words.locale, theme: language === "zh" ? "dark" : "light" });
  const step = steps(t);
  const button = (name) => page.getByRole("button", { name, exact: true });
  const look = async (name) => {
    await assertFits(page);
    await shot(page, `newcomer-${language}-${width}-${name}`);
  };
  const tab = (name) => page.locator(".tabs").getByRole("link", { name, exact: true });
  const put = async (path, data) => assert.ok((await page.request.put("/api/v1" + path, { data })).ok(), path);
  const uplink = async (temperature) => {
    const reply = await page.request.post("/api/v1/uplinks?wait=1", { data: { eui, thingModelId: "t", telemetry_data: { temperature } } });
    return (await reply.json()).execution_id;
  };

  await step("the link, a password, the webhook's address", async () => {
    await page.goto(server.link);
    await page.getByLabel(words.newPassword).fill(admin.password);
    await page.getByLabel(words.again).fill(admin.password);
    await button(words.setPassword).click();
    await page.locator("main#page").waitFor();
    await page.goto("/org-params");
    await button(words.add).click();
    await page.getByRole("dialog").getByLabel(words.value, { exact: true }).fill(webhook.value);
    await page.getByRole("dialog").getByRole("button", { name: words.save }).click();
    await page.getByRole("row", { name: webhook.key }).waitFor();
    await put("/devices/" + eui, { name: "Cold room 2" });
  });

  await step("a mistake is shown where it is, while typing", async () => {
    await page.goto("/scripts/new?kind=trigger");
    await page.getByLabel(words.name, { exact: true }).waitFor();
    await look("new");
    await page.getByLabel(words.name, { exact: true }).fill("overheat");
    await button(words.write).click();
    await page.locator(".bench-code .cm-content").waitFor();
    await paste(page, broken);
    await page.locator(".cm-lintRange-error").first().waitFor();
    await page.locator(".check-line.error").getByText(words.line).waitFor();
    await look("mistake");
    await paste(page, source);
    await page.getByText(words.fixed).waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
  });

  await step("a dry run tells what it would do, and does nothing", async () => {
    await button(words.device).click();
    await page.getByRole("dialog").getByRole("button", { name: /Cold room 2/ }).click();
    await page.getByText(eui).first().waitFor();
    await page.locator(".part").filter({ hasText: "device" }).first().locator("summary").click();
    await paste(page, JSON.stringify({ eui, name: "Cold room 2", server_attrs: {}, telemetry_data: { t: { temperature: 41 } } }), ".part .cm-content");
    await page.locator(".part").filter({ hasText: "thing_model_id" }).locator("summary").click();
    await page.getByLabel("thing_model_id").fill("t");
    await button(words.run).click();
    await page.getByText(words.calls).waitFor();
    await page.locator(".report").getByText("wecom_notify").first().waitFor();
    await look("dry-run");
    assert.deepEqual(group.messages, []);
  });

  await step("it is published and mounted", async () => {
    await button(words.publish).click();
    await page.getByRole("dialog").getByRole("button", { name: words.doPublish, exact: true }).click();
    await tab(words.mounts).click();
    await button(words.mount).click();
    await page.getByRole("dialog").getByRole("button", { name: /Cold room 2/ }).click();
    await page.locator(".mount").getByText(eui).waitFor();
    await look("mounts");
  });

  let execution;
  await step("an uplink's execution and delivery are seen", async () => {
    await tab(words.runs).click();
    await page.mouse.move(0, 0); // a list stands still under the pointer
    await page.locator(".live.on").waitFor();
    execution = await uplink(42);
    await page.locator(`[role=row] a[href="/executions/${execution}"]`).waitFor(); // live: nobody reloaded
    await look("runs");
    await until(() => group.messages.length === 1, "the message arrives");
    await page.goto("/executions/" + execution);
    await page.locator("main#page").getByText("wecom_notify").locator("visible=true").first().waitFor();
    await look("execution");
    const { deliveries } = await (await page.request.get("/api/v1/executions/" + execution)).json();
    await page.goto("/deliveries/" + deliveries[0].id);
    await page.locator("main#page").getByText(words.delivered, { exact: true }).first().waitFor();
    await look("delivery");
  });

  await step("the same uplink is tried on a change, which is published and taken back", async () => {
    await page.goto(`/scripts/trigger/overheat?execution=${execution}`);
    await page.locator(".bench-code .cm-content").waitFor();
    await paste(page, source.replace("Too hot", "Hotter than it should be"));
    await page.locator(`.run-inputs a[href="/executions/${execution}"]`).waitFor();
    await button(words.run).click();
    await page.locator(".report").getByText("Hotter than it should be").first().waitFor();
    await button(words.publish).click();
    await page.getByRole("dialog").locator(".cm-content").first().waitFor();
    await look("diff");
    await page.getByRole("dialog").getByRole("button", { name: words.doPublish, exact: true }).click();
    await page.getByText(words.publishedTwo).waitFor();
    await tab(words.versions).click();
    await page.locator(".diff .cm-content").first().waitFor();
    await look("versions");
    await button(words.back).click();
    await page.getByText(words.rolledBack).waitFor();
    const script = await (await page.request.get("/api/v1/scripts/trigger/overheat")).json();
    assert.deepEqual([script.version, script.source], [1, source]);
    await uplink(20);
    await uplink(43);
    await until(() => group.messages.length === 3, "cleared and raised anew");
    assert.match(group.messages[2].body.markdown.content, /Too hot/);
  });

  await step("no secret was left behind", async () => {
    const secret = webhook.value.split("key=")[1];
    assert.ok(!(await remains(page)).includes(secret), "in the page");
    assert.deepEqual(replies.filter(({ text }) => text.includes(secret)).map(({ url }) => url), []);
    assert.ok(!server.output().includes(secret), "in the server's output");
  });
}
