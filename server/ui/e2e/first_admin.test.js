// A newcomer's way: the one-time link, a password, the first parameter and its life.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin, openPage, remains, shot, startServer, steps, until, webhook } from "./support.js";

test("the first admin sets a password and keeps a secret", async (t) => {
  const server = await startServer(t);
  const { page, replies } = await openPage(t, server);
  const dialog = page.getByRole("dialog");
  const step = steps(t);
  const row = page.getByRole("row", { name: webhook.key });
  const toast = page.locator(".toast");

  await step("the link asks for a password of 12 characters, twice", async () => {
    await page.goto(server.link);
    await shot(page, "setup");
    await page.getByLabel("New password").fill("short");
    await page.getByText("7 more to go").waitFor();
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByText("Take at least 12 characters.").waitFor();
    await page.getByLabel("New password").fill(admin.password);
    await page.getByText("Strong").waitFor();
    await page.getByLabel("The same again").fill(admin.password + "!");
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByText("This is not the same as above.").waitFor();
    await shot(page, "setup-differs");
    await page.getByLabel("The same again").fill(admin.password);
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/overview");
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Org Params" }).click();
    await page.getByRole("heading", { name: "Org Params" }).waitFor();
  });

  await step("an empty list shows the next step", async () => {
    await page.getByText("No parameters yet").waitFor();
    await shot(page, "empty");
    await page.getByRole("button", { name: "Add " + webhook.key }).click();
    assert.equal(await dialog.getByLabel("Key").inputValue(), webhook.key);
    await dialog.getByText("org_params." + webhook.key).waitFor();
  });

  await step("what is missing is said at its field", async () => {
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Paste the value.").waitFor();
    assert.equal(await dialog.getByLabel("Value").getAttribute("aria-invalid"), "true");
    await shot(page, "add");
  });

  await step("the saved value is shown by its end only", async () => {
    await dialog.getByLabel("Value").fill(webhook.value + "\n");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.waitFor();
    await toast.getByText("Saved wecom_webhook_url in").waitFor();
    assert.match(await row.innerText(), new RegExp("••••" + webhook.hint));
    assert.match(await row.innerText(), /qyapi\.weixin\.qq\.com/);
    await shot(page, "list");
    await assertNowhere();
  });

  await step("the remark changes without the value", async () => {
    await row.click();
    assert.equal(new URL(page.url()).pathname, "/org-params/" + webhook.key);
    assert.equal(await dialog.getByLabel("New value").inputValue(), "");
    await dialog.getByLabel("Remark").fill("Night shift group");
    await shot(page, "edit");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.getByText("Night shift group").waitFor();
    assert.match(await row.innerText(), new RegExp("••••" + webhook.hint));
    await assertNowhere();
  });

  await step("the server's complaint stands at its field", async () => {
    await row.click();
    await dialog.getByLabel("Hosts it may be sent to").fill("not_a_host");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("must be a host").waitFor();
    assert.equal(await dialog.getByLabel("Hosts it may be sent to").getAttribute("aria-invalid"), "true");
    await dialog.getByRole("button", { name: "Remove not_a_host" }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
  });

  await step("typed changes are not lost by mistake", async () => {
    await row.click();
    await dialog.getByLabel("Remark").fill("half a thought");
    await page.keyboard.press("Escape");
    await dialog.getByText("Discard what you typed?").waitFor();
    await dialog.getByRole("button", { name: "Discard" }).click();
    await dialog.waitFor({ state: "detached" });
    await row.getByText("Night shift group").waitFor();
  });

  await step("the value is revealed after a confirmation, for 30 seconds", async () => {
    await page.clock.install();
    await row.getByRole("button", { name: "Reveal" }).click();
    await dialog.getByText("The audit record keeps").waitFor();
    assert.equal(replies.filter(({ url }) => url.includes("reveal")).length, 0, "nothing is fetched before the confirmation");
    await shot(page, "reveal-ask");
    await dialog.getByRole("button", { name: "Reveal for 30 seconds" }).click();
    await dialog.getByText(webhook.value, { exact: true }).waitFor();
    await shot(page, "reveal-shown");
    await dialog.getByRole("button", { name: "Copy value" }).click();
    await dialog.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), webhook.value);
    await page.clock.runFor(29_000);
    assert.match(await dialog.innerText(), /Hidden again in 1 s/);
    await page.clock.runFor(1_500);
    await dialog.getByText("Hidden again. Revealing it once more is recorded too.").waitFor();
    await dialog.locator(".dialog-foot").getByRole("button", { name: "Close" }).click();
    await assertNowhere();
  });

  await step("the reveal is in the audit record", async () => {
    const { items } = await (await page.request.get("/api/v1/audit")).json();
    assert.ok(JSON.stringify(items).includes("org_param.reveal"), JSON.stringify(items));
  });

  await step("deleting asks by the name", async () => {
    await row.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("heading", { name: "Delete wecom_webhook_url?" }).waitFor();
    await shot(page, "delete");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await row.waitFor();
    await row.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete wecom_webhook_url" }).click();
    await page.getByText("No parameters yet").waitFor();
    await toast.getByText("Deleted wecom_webhook_url from").waitFor();
  });

  await step("an empty page says where the token of its command comes from", async () => {
    await page.goto("/executions");
    await page.getByRole("link", { name: "Make one under Access" }).click();
    await dialog.getByRole("button", { name: "Make token" }).waitFor();
  });

  await step("the link works once", async () => {
    await page.goto(server.link);
    await page.getByLabel("New password").fill(admin.password);
    await page.getByLabel("The same again").fill(admin.password);
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByText("This link was used already or is too old.").waitFor();
  });

  // The value: not in the page, its storage, any reply but the reveals, the server's output.
  async function assertNowhere() {
    const secret = webhook.value.split("key=")[1];
    await until(async () => !(await remains(page)).includes(secret), "the value is gone from the page");
    const leaks = replies.filter(({ url, text }) => text.includes(secret) && !url.endsWith("?reveal=1"));
    assert.deepEqual(leaks, []);
    assert.ok(!server.output().includes(secret), "the value is in the server's output");
  }
});
