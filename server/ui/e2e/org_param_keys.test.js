// Keys go to another system and come from one, values never do; and a parameter tells who reads and who changed it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startPlant } from "./plant.js";
import { openPage, signIn, steps, webhook } from "./support.js";

test("keys are exported and imported without values", async (t) => {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  let file;

  await step("the file has everything but the value", async () => {
    await signIn(page, undefined, "/org-params");
    await page.getByRole("button", { name: "Import or export" }).click();
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Export keys" }).click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), "org-params-default.json");
    const text = await readFile(await saved.path(), "utf8");
    assert.ok(!text.includes(webhook.value.split("key=")[1]), text);
    file = JSON.parse(text);
    assert.deepEqual(file.org_params.map(({ key, hosts }) => ({ key, hosts })), [{ key: webhook.key, hosts: ["qyapi.weixin.qq.com"] }]);
  });

  await step("what is no such file is refused", async () => {
    await dialog.getByLabel("Import keys").setInputFiles({ name: "other.json", mimeType: "application/json", buffer: Buffer.from("[1, 2]") });
    await dialog.getByText("This is no file of exported keys.").waitFor();
  });

  await step("known keys keep their values, new ones get theirs", async () => {
    file.org_params[0].remark = "from the other system";
    file.org_params.push({ key: "fresh_token", remark: "of the gateway", secret: true, hosts: ["gw.example.com"] }, { key: "left_out" });
    await dialog.getByLabel("Import keys").setInputFiles({ name: "keys.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(file)) });
    await dialog.getByText("Known, to be updated: 1").waitFor();
    await dialog.getByLabel("Value of fresh_token").fill("a value for the gateway");
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("row", { name: "fresh_token" }).getByText("gw.example.com").waitFor();
    await page.getByRole("row", { name: webhook.key }).getByText("from the other system").waitFor();
    assert.equal(await page.getByRole("row", { name: "left_out" }).count(), 0);
    assert.equal((await plant.call("GET", `/org-params/${webhook.key}?reveal=1`)).value, webhook.value);
  });

  await step("a parameter tells who reads it and who changed it", async () => {
    await page.getByRole("link", { name: webhook.key }).click();
    await dialog.getByRole("link", { name: "wecom_notify" }).waitFor();
    for (const what of ["Org param: added", "Org param: changed", "Org param: revealed"]) await dialog.getByText(what).first().waitFor();
  });
});
