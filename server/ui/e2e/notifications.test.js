// Where alarms are told: a service from a form made of its settings, a test with the platform's answer, a rule as a sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { room, serviceKey, startPlant } from "./plant.js";
import { openPage, remains, signIn, steps, until } from "./support.js";

test("an admin says who is told of what", async (t) => {
  const plant = await startPlant(t);
  const { page, replies } = await openPage(t, plant);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const toast = page.locator(".toast");
  const key = "3f1b6f0a-77d2-4f0e-9c1e-5f2b8c4d6e90";
  const service = page.locator(".service").filter({ hasText: "WeCom night shift" });

  await step("a service is added, with what is wrong at its field", async () => {
    await signIn(page, undefined, "/notifications");
    await page.getByRole("heading", { name: "On call" }).waitFor();
    await page.keyboard.press("n");
    await dialog.getByRole("link", { name: /WeCom/ }).click();
    await dialog.getByLabel("Name", { exact: true }).first().fill("WeCom night shift");
    await dialog.getByLabel("Name", { exact: true }).last().fill("shift leaders");
    await dialog.getByLabel("Webhook URL").fill("not an address");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.locator(".field-error").first().waitFor();
    assert.equal(await dialog.getByLabel("Webhook URL").getAttribute("aria-invalid"), "true");
    await dialog.getByLabel("Webhook URL").fill("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key);
    await dialog.getByRole("button", { name: "Save" }).click();
    await toast.getByText("Saved WeCom night shift in").waitFor();
    await service.getByText("shift leaders").waitFor();
  });

  await step("what is more than a platform takes is said while one types", async () => {
    await page.goto("/notifications/services?new=feishu");
    const keywords = dialog.getByLabel("Keywords");
    await keywords.fill("报".repeat(41));
    await keywords.press("Enter");
    await dialog.getByText(/is too long: at most 120 bytes/).waitFor();
    await keywords.press("Backspace");
    await keywords.fill(Array.from({ length: 21 }, (_, at) => "word" + at).join(" "));
    await dialog.getByText("These are 21: at most 20.").waitFor();
    await page.goto("/notifications/services");
  });

  await step("a test shows what every target answered", async () => {
    await service.getByRole("button", { name: "Send test" }).click();
    await service.getByText("arrived", { exact: true }).waitFor();
    const other = page.locator(".service").filter({ hasText: "On call" });
    await other.getByRole("button", { name: "Send test" }).click();
    await other.getByText("refused", { exact: true }).waitFor();
    await other.getByText("arrived", { exact: true }).waitFor();
  });

  await step("a change keeps the secret that its mask stands for", async () => {
    await service.getByRole("link", { name: "WeCom night shift" }).click();
    assert.match(await dialog.getByLabel("Webhook URL").inputValue(), /key=•/);
    await dialog.getByLabel("Description").fill("From ten to six");
    await dialog.getByRole("button", { name: "Save" }).click();
    await service.getByText("From ten to six").waitFor();
    await service.getByRole("button", { name: "Send test" }).click();
    await service.getByText("arrived", { exact: true }).waitFor();
  });

  await step("a rule reads as a sentence before it is saved", async () => {
    await page.getByRole("navigation", { name: "Services and rules" }).getByRole("link", { name: "Rules" }).click();
    await page.getByText("Urgent and high alarms named over* on devices tagged cold-room").waitFor();
    await page.keyboard.press("n");
    await dialog.getByLabel("Name", { exact: true }).fill("nights");
    await dialog.getByRole("checkbox", { name: "WeCom night shift" }).check();
    await dialog.getByRole("checkbox", { name: "On call" }).uncheck();
    await dialog.getByRole("checkbox", { name: "Urgent" }).uncheck();
    await dialog.getByLabel("Remind every").fill("30");
    await dialog.locator(".sentence").getByText("High alarms").waitFor();
    await dialog.locator(".sentence").getByText(/again every 30 min/).waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.locator(".rule").filter({ hasText: "nights" }).getByText("WeCom night shift").waitFor();
  });

  await step("an alarm goes where the rules say, and its page tells so", async () => {
    await plant.uplink(room.eui, 20);
    await plant.uplink(room.eui, 55);
    const [alarm] = (await plant.call("GET", "/alarms")).items;
    await until(async () => (await plant.call("GET", "/alarms/" + alarm.id)).notifications.length >= 3, "everybody is told");
    await page.goto("/alarms/" + alarm.id);
    await page.getByRole("row", { name: /WeCom night shift · shift leaders/ }).getByText("rule nights").waitFor();
    await page.getByRole("row", { name: /On call · night/ }).waitFor();
  });

  await step("a rule is switched off, deleted by its name, and taken back", async () => {
    await page.goto("/notifications/rules");
    await page.getByRole("switch", { name: "nights: in use" }).click();
    await toast.getByText("nights is switched off.").waitFor();
    await page.getByRole("link", { name: "nights" }).click();
    await dialog.getByRole("button", { name: "Delete rule" }).click();
    await dialog.last().getByRole("button", { name: "Delete rule" }).click();
    await page.getByRole("link", { name: "nights" }).waitFor({ state: "detached" });
    await toast.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: "nights" }).waitFor();
  });

  await step("no secret stays anywhere", async () => {
    const left = await remains(page);
    for (const secret of [key, serviceKey]) {
      assert.ok(!left.includes(secret), "a service's key is in the page");
      assert.deepEqual(replies.filter(({ text }) => text.includes(secret)).map(({ url }) => url), []);
    }
  });
});
