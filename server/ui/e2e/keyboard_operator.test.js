// An operator's work without a pointer: the frame, alarms, executions, deliveries. What it does is asked of the interface.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyboardOf, signInByKeyboard, visit } from "./keyboard.js";
import { deliverLater, startPlant } from "./plant.js";
import { openPage, steps, until } from "./support.js";

test("an operator works by keyboard", async (t) => {
  const plant = await startPlant(t);
  const { call } = plant;
  const { page } = await openPage(t, plant);
  const { press, focusIs, tabTo, enter, type } = keyboardOf(page);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const toast = page.locator(".toast");
  const closed = () => until(async () => (await dialog.count()) === 0, "every dialog is closed");
  const html = page.locator("html");

  await step("the frame: skip, go to, language, theme, organisation", async () => {
    await signInByKeyboard(page);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await enter("Skip to the page");
    assert.equal(await page.evaluate(() => document.activeElement.id), "page");
    await enter("中文");
    await until(async () => (await html.getAttribute("lang")) === "zh-CN", "the words are Chinese");
    await enter("English");
    await enter("Dark");
    await until(async () => (await html.getAttribute("data-theme")) === "dark", "the theme is dark");
    await enter("Organisation: North Plant");
    await enter("Manage organisations");
    await page.getByRole("heading", { name: "Organisations" }).waitFor();
    await press("Control+k");
    await dialog.waitFor();
    await press("ArrowDown", "Enter");
    await page.getByRole("heading", { name: "Alarms" }).waitFor();
    await enter("Overview");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  await step("a chart tells its values", async () => {
    await page.locator(".u-over").waitFor();
    await tabTo(/^Uplinks/);
    await press("ArrowLeft");
    await until(async () => / · /.test(await page.locator(".chart-told").innerText()), "the latest value is told");
    const latest = await page.locator(".chart-told").innerText();
    await press("Home");
    await until(async () => (await page.locator(".chart-told").innerText()) !== latest, "the first value is told");
    await press("Tab");
    await until(async () => (await page.locator(".chart-told").innerText()) === "", "nothing is told any more");
  });

  await step("an alarm is found, taken on and cleared", async () => {
    await visit(page, "/alarms");
    await enter("Cleared");
    await until(() => page.url().includes("state=cleared"), "the filter is in the address");
    await page.getByText(/too hot/).first().waitFor();
    await enter("Cleared");
    await until(() => !page.url().includes("state=cleared"), "the filter is out of the address");
    await press("/");
    await page.keyboard.type("too hot");
    await until(() => page.url().includes("q=too"), "the search is in the address");
    await tabTo(/is too hot$/);
    await page.getByText("paused", { exact: false }).first().waitFor(); // the list stands still under the focus
    await press("Enter");
    await enter("I am on it");
    const alarm = async () => (await call("GET", "/alarms/" + page.url().split("/").at(-1)));
    await until(async () => (await alarm()).acknowledged_by === "admin", "it is taken on");
    await enter("Clear");
    await dialog.waitFor();
    await type("Recovery note", "fan replaced");
    await enter("Clear");
    await closed();
    assert.deepEqual([(await alarm()).state, (await alarm()).recovery_note], ["cleared", "fan replaced"]);
    await enter("Alarms");
    await page.getByRole("heading", { name: "Alarms", exact: true }).waitFor();
  });

  await step("an execution's story is unfolded and run again", async () => {
    await visit(page, "/executions");
    await enter("completed");
    await until(() => page.url().includes("state=completed"), "the filter is in the address");
    await press("j", "j", "k");
    await tabTo(/^Uplink/);
    await press("Enter");
    await page.locator(".timeline").waitFor();
    await enter("What it returned");
    await page.locator("details[open] pre").first().waitFor();
    await enter("Copy");
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /actions/);
    await enter("Run again as dry run");
    await dialog.getByText("looked at it").waitFor();
    await press("Escape");
    await closed();
    await focusIs("Run again as dry run");
    await enter(/^version 1$/);
    await page.locator(".bench-code .cm-content").waitFor();
  });

  await step("deliveries are retried and cancelled, one and many", async () => {
    const state = async (id) => (await call("GET", "/deliveries/" + id)).state;
    const ids = [await deliverLater(plant), await deliverLater(plant), await deliverLater(plant)];
    await visit(page, "/deliveries?state=scheduled");
    await until(async () => (await page.locator(".table-rows [role=row]").count()) === 3, "they are listed");
    await enter("Choose all that are shown", "Space");
    await enter("Choose none");
    await page.locator(".bulk").waitFor({ state: "detached" });
    const chosen = (many) => until(async () => (await page.locator(".table-rows input:checked").count()) === many, `${many} are chosen`);
    await enter(/^Choose https/, "Space");
    await chosen(1);
    await enter("Choose all that are shown", "Space");
    await chosen(3);
    await enter("Cancel 3");
    await dialog.waitFor();
    await focusIs("Leave in the queue");
    await enter("Cancel 3");
    await closed();
    for (const id of ids) await until(async () => (await state(id)) === "cancelled", "it is cancelled");

    const single = await deliverLater(plant);
    await visit(page, "/deliveries/" + single);
    await enter("Cancel");
    await dialog.waitFor();
    await enter("Cancel");
    await closed();
    await until(async () => (await state(single)) === "cancelled", "it is cancelled");
    await enter("Retry now");
    await until(async () => (await call("GET", "/deliveries/" + single)).tries === 1, "it is attempted");

    const given = async () => (await call("GET", "/deliveries?state=discarded")).items;
    const before = await given();
    await visit(page, "/deliveries?state=discarded");
    await enter("Choose all that are shown", "Space");
    await enter(`Retry ${before.length}`);
    await until(async () => (await given()).filter(({ tries }) => tries > 1).length === before.length, "all were attempted anew");
    await visit(page, "/deliveries");
    await enter("Retry what was given up");
    await toast.getByText(/Attempted anew/).waitFor();
  });

  await step("the session is ended, and another organisation asked for", async () => {
    await enter("Sign out");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await enter("Sign in to another organisation");
    await type("Organisation", "default");
    await enter("中文");
    await until(async () => (await html.getAttribute("lang")) === "zh-CN", "the words are Chinese");
  });
});
