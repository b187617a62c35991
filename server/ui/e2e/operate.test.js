// What an operator and an integrator do all day, by keyboard where that is the point.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./axe.js";
import { room, startPlant } from "./plant.js";
import { openPage, signIn, steps, until } from "./support.js";

test("following what happens", async (t) => {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const rows = page.locator(".table-rows [role=row]");
  const toast = page.locator(".toast");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");

  await step("an uplink shows up in the list by itself, and not under the pointer", async () => {
    await signIn(page, undefined, "/executions");
    await page.getByRole("heading", { name: "Executions" }).hover(); // the list stands still under the pointer
    await page.getByText("Live", { exact: true }).waitFor();
    const before = await rows.count();
    await plant.uplink(room.eui, 23);
    await until(async () => (await rows.count()) === before + 1, "the new execution is listed");
    await rows.first().hover();
    await page.getByText("Paused", { exact: true }).waitFor();
    await plant.uplink(room.eui, 24);
    await page.getByText("Paused: something new").waitFor();
    assert.equal(await rows.count(), before + 1);
    await page.getByRole("heading", { name: "Executions" }).hover();
    await until(async () => (await rows.count()) === before + 2, "the list goes on");
  });

  await step("filters stand in the address, and j, k and Enter walk", async () => {
    await page.getByRole("button", { name: "failed" }).click();
    assert.equal(new URL(page.url()).search, "?state=failed");
    await until(async () => (await rows.count()) === 1, "only the failed one is listed");
    await page.keyboard.press("j");
    assert.match(await focused(), /Uplink/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Uplink of Loading dock" }).waitFor();
    await page.getByText(/TypeError/).first().waitFor();
  });

  await step("an execution tells its story, and a step is run again", async () => {
    await page.goto("/executions/" + (await hot(plant)));
    const timeline = page.locator(".timeline");
    for (const step of ["overheat", "alarm", "wecom_notify", "Attempt 1"]) await timeline.locator(".step-name").getByText(step, { exact: true }).first().waitFor();
    await timeline.locator(".log").getByText("looked at it").waitFor();
    await timeline.getByText("What it returned").first().click();
    await timeline.getByText('"abort_previous_timer": true').waitFor();
    await timeline.getByRole("button", { name: "Run again as dry run" }).first().click();
    await dialog.getByText("RPC wecom_notify").waitFor();
    await dialog.getByText("looked at it").waitFor();
    await page.keyboard.press("Escape");
  });

  await step("go to finds pages, devices and scripts", async () => {
    await page.keyboard.press("Control+k");
    await dialog.getByRole("combobox").fill("cold");
    await dialog.getByRole("option", { name: room.name }).waitFor();
    await assertAccessible(page, "go to");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: room.name }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/devices/" + room.eui);
  });

  await step("an alarm is taken on, and cleared by its name", async () => {
    await plant.uplink(room.eui, 44);
    await page.goto("/alarms");
    await page.getByRole("link", { name: /too hot/ }).waitFor();
    await page.keyboard.press("j");
    await until(async () => /too hot/.test(await focused()), "the alarm has the focus");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "I am on it" }).click();
    await toast.getByText("You are on it").waitFor();
    await page.getByText("admin").nth(1).waitFor();
    await page.getByRole("img", { name: "When the alarm was active" }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await dialog.getByRole("heading", { name: "Clear “Cold room 2 is too hot”?" }).waitFor();
    await dialog.getByLabel("Recovery note").fill("fan replaced");
    await dialog.getByRole("button", { name: "Clear" }).click();
    await page.getByText("fan replaced").first().waitFor();
    await page.getByRole("row", { name: /On call · night/ }).first().getByText("rule cold rooms").waitFor();
    await page.goto("/alarms");
    await page.getByText("No alarms", { exact: true }).waitFor();
  });

  await step("what was given up is retried, many at once", async () => {
    await page.goto("/deliveries?state=discarded");
    await page.getByText("The bot's webhook key is not valid").first().waitFor();
    await page.getByLabel("Choose all that are shown").check();
    const given = (await plant.call("GET", "/deliveries?state=discarded")).items.length;
    await page.getByRole("button", { name: `Retry ${given}`, exact: true }).click();
    await toast.getByText(`Attempted anew: ${given}.`).waitFor();
    const again = async () => (await plant.call("GET", "/deliveries?state=discarded")).items;
    await until(async () => (await again()).length === given && (await again()).every((delivery) => delivery.tries === 2), "all were attempted once more");
  });
});

/** The execution of the hottest uplink. */
async function hot({ call }) {
  const { items } = await call("GET", "/executions?eui=" + room.eui);
  return items.find((one) => one.uplink?.telemetry_data?.temperature === 41).id;
}

test("a device and what is stored about it", async (t) => {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const toast = page.locator(".toast");

  await step("is added by keyboard", async () => {
    await signIn(page, undefined, "/devices");
    await page.getByRole("row", { name: room.name }).waitFor();
    await page.keyboard.press("n");
    await dialog.waitFor();
    await page.keyboard.type("A84041000181C061");
    await page.keyboard.press("Enter");
    await dialog.getByText("There is a device a84041000181c061 already.").waitFor();
    await dialog.getByLabel("EUI").fill("a84041000181c069");
    await dialog.getByLabel("Name").fill("Greenhouse");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Greenhouse" }).waitFor();
    await page.getByText("Nothing heard yet").waitFor();
  });

  await step("has attributes, checked while one types, and taken back", async () => {
    await page.goto(`/devices/${room.eui}/attributes`);
    const box = page.getByLabel("Server attributes");
    await box.fill('{\n  "alarm_temp": 25,\n}');
    await page.getByText(/Line 3, column 1/).waitFor();
    assert.equal(await page.getByRole("button", { name: "Save" }).isDisabled(), true);
    await box.fill('{ "alarm_temp": 25 }');
    await page.getByRole("button", { name: "Save" }).click();
    await toast.getByText("Saved Server attributes of Cold room 2.").waitFor();
    assert.deepEqual((await plant.call("GET", "/devices/" + room.eui)).server_attrs, { alarm_temp: 25 });
    await toast.getByRole("button", { name: "Undo" }).click();
    await toast.getByText("Undone.").waitFor();
    assert.equal((await plant.call("GET", "/devices/" + room.eui)).server_attrs.alarm_temp, 30);
  });

  await step("has scripts mounted", async () => {
    await page.goto(`/devices/${room.eui}/mounts`);
    await page.getByLabel("Triggers").fill("no_such_script");
    await page.keyboard.press("Enter");
    await page.locator(".field-error").waitFor();
    await page.getByLabel("Triggers").fill("broken");
    await page.keyboard.press("Enter");
    await toast.getByText("Saved what is mounted on Cold room 2.").waitFor();
    assert.deepEqual((await plant.call("GET", "/devices/" + room.eui)).triggers, ["overheat", "broken"]);
    await page.getByRole("button", { name: "Remove broken" }).click();
    await until(async () => (await plant.call("GET", "/devices/" + room.eui)).triggers.length === 1, "it is off the device again");
  });

  await step("gets a test uplink", async () => {
    await page.goto("/devices/" + room.eui);
    await page.getByRole("button", { name: "Send a test uplink" }).click();
    await dialog.getByLabel("Values as JSON").fill('{ "temperature": 12.5, ');
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText(/Line 1/).waitFor();
    await dialog.getByLabel("Values as JSON").fill('{ "temperature": 12.5 }');
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText("Stored, its triggers ran.").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".value strong").getByText("12.5").waitFor();
    await page.getByRole("img", { name: /temperature over the latest uplinks/ }).waitFor();
    await page.locator(".value .uplot").first().waitFor();
  });

  await step("has an RPC called, from a form", async () => {
    await page.getByRole("button", { name: "Call an RPC" }).click();
    await dialog.getByLabel("RPC").selectOption("set_cov");
    await dialog.getByLabel("Change of value").fill("half");
    await dialog.getByRole("button", { name: "Call it" }).click();
    await dialog.getByText("Must be a number.").waitFor();
    await dialog.getByLabel("Change of value").fill("1.5");
    await dialog.getByLabel("mode").selectOption("Eco");
    await dialog.getByRole("button", { name: "Call it" }).click();
    await dialog.getByText("It ran and asked for actions: 1.").waitFor();
    const { cov, mode } = (await plant.call("GET", "/devices/" + room.eui)).server_attrs;
    assert.deepEqual({ cov, mode }, { cov: 1.5, mode: "eco" });
  });

  await step("is deleted by its name", async () => {
    await page.goto("/devices/a84041000181c069");
    await page.getByRole("button", { name: "Delete device" }).click();
    await dialog.getByRole("heading", { name: "Delete Greenhouse?" }).waitFor();
    await dialog.getByRole("button", { name: "Delete device" }).click();
    await page.getByRole("row", { name: room.name }).waitFor();
    assert.equal(await page.getByText("Greenhouse", { exact: true }).count(), 0);
  });
});
