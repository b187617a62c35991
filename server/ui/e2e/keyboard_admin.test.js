// An admin's work without a pointer: services and rules, parameters, people and tokens, the record, settings.
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { keyboardOf, signInByKeyboard, visit } from "./keyboard.js";
import { startPlant } from "./plant.js";
import { admin, openPage, startServer, steps, until, webhook } from "./support.js";

test("the first admin sets a password by keyboard", async (t) => {
  const server = await startServer(t);
  const { page } = await openPage(t, server);
  const { press, type } = keyboardOf(page);
  await page.goto(server.link);
  await page.getByLabel("New password").waitFor();
  await type("New password", admin.password);
  await type("The same again", admin.password);
  await press("Enter");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

test("an admin works by keyboard", async (t) => {
  const plant = await startPlant(t);
  const { call } = plant;
  const { page } = await openPage(t, plant);
  const { press, tabTo, enter, type, focusIs, takeBack } = keyboardOf(page);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const closed = () => until(async () => (await dialog.count()) === 0, "every dialog is closed");
  const named = async (path, name) => (await call("GET", path)).items.find((one) => one.name === name);
  const gone = (path, name) => until(async () => !(await named(path, name)), `${name} is gone`);
  /** Presses what opens a file, and gives one. */
  const giveFile = async (name, path) => {
    const chooser = page.waitForEvent("filechooser");
    await enter(name);
    await (await chooser).setFiles(path);
  };

  /** Chooses some time with arrows, part by part: the browser writes it its own way. */
  const setTime = async (name, ...first) => {
    await tabTo(name);
    await press(...first);
    const value = () => page.evaluate(() => document.activeElement.value);
    for (let part = 0; part < 3 && !(await value()); part++) await press("ArrowUp", "ArrowRight");
    return value();
  };

  await step("a service is added, tested, changed and deleted", async () => {
    await signInByKeyboard(page, { at: "/notifications/services" });
    await enter("Add service");
    await enter(/^WeCom/);
    await dialog.getByText("New service: WeCom").waitFor();
    await focusIs("Name");
    await page.keyboard.type("Day shift");
    await type("Description", "Whoever is in");
    await enter("Add another");
    await dialog.getByRole("group", { name: "Groups 2" }).waitFor();
    await enter("Remove 2");
    await dialog.getByRole("group", { name: "Groups 2" }).waitFor({ state: "detached" });
    await enter("Use this: App and members", "Space");
    const book = join(tmpdir(), `tripline-book-${process.pid}.csv`);
    t.after(() => rm(book, { force: true }));
    await writeFile(book, "账号,姓名\nzhang,Zhang\nli,Li\n");
    await giveFile("From an address-book export", book);
    await dialog.getByText("Found 2 people.").waitFor();
    await enter("Remove li");
    await enter("Use this: App and members", "Space");
    await enter("Close"); // and nothing is stored
    await closed();
    await press("n");
    await enter(/^WeCom/);
    await focusIs("Name");
    await page.keyboard.type("Day shift");
    await tabTo("Description");
    await press("Tab", "Tab"); // past the button that takes the group away
    await tabTo("Name");
    await page.keyboard.type("day");
    await type("Webhook URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0b51e7f2-43aa-49d5-8d0e-aa9be1c1f7d3");
    await enter("Save");
    await closed();
    assert.deepEqual((await named("/notification-services", "Day shift")).targets.map(({ name }) => name), ["day"]);
    await press("j", "k");
    await enter("Day shift");
    await type("Description", "Whoever is in the building");
    await enter("Save");
    await closed();
    assert.equal((await named("/notification-services", "Day shift")).description, "Whoever is in the building");
    await tabTo("Day shift");
    await enter("Send test");
    await page.getByText("arrived").first().waitFor();
    await enter("Day shift");
    await enter("Delete service");
    await focusIs("Keep it");
    await enter("Delete service");
    await gone("/notification-services", "Day shift");
  });

  await step("a rule is written, switched off and on, and deleted", async () => {
    await enter("Rules");
    await enter("Add rule");
    await focusIs("Name");
    await page.keyboard.type("nights");
    await enter("On call", "Space");
    await enter("On call", "Space"); // and on again
    await enter("changed", "Space");
    await enter("Low", "Space");
    await type("Named", "over*");
    await type("On devices tagged", "cold-room");
    await press("Enter");
    await type("On these devices", "a84041000181c061");
    await press("Enter");
    await type("Remind every", "30");
    const quiet = [await setTime("Quiet from"), await setTime("to", "ArrowUp")];
    await type("Message", "{{title}}");
    await enter("Save");
    await closed();
    const { on, levels, tags, devices, repeat_minutes, quiet_hours, template } = await named("/notification-rules", "nights");
    assert.deepEqual({ on: on.toSorted(), levels: levels.toSorted(), tags, devices, repeat_minutes, quiet: [quiet_hours.from, quiet_hours.to], template },
      { on: ["change", "clear", "raise"], levels: ["high", "low", "urgent"], tags: ["cold-room"], devices: ["a84041000181c061"], repeat_minutes: 30, quiet, template: "{{title}}" });
    for (const enabled of [false, true]) {
      await enter("nights: in use", "Space");
      await until(async () => (await named("/notification-rules", "nights")).enabled === enabled, `enabled is ${enabled}`);
    }
    await enter("nights");
    await enter("Delete rule");
    await focusIs("Keep it");
    await enter("Delete rule");
    await gone("/notification-rules", "nights");
    await closed();
    await takeBack(async () => Boolean(await named("/notification-rules", "nights")), "the rule is back");
  });

  await step("keys go out and come in, a half-typed one is asked about, a value is copied", async () => {
    await visit(page, "/org-params");
    await enter("Import or export");
    const download = page.waitForEvent("download");
    await enter("Export keys");
    const file = JSON.parse(await readFile(await (await download).path(), "utf8"));
    file.org_params.push({ key: "fresh_token", remark: "of the gateway" });
    const path = join(tmpdir(), `tripline-keys-${process.pid}.json`);
    t.after(() => rm(path, { force: true }));
    await writeFile(path, JSON.stringify(file));
    await giveFile("Import keys", path);
    await type("Value of fresh_token", "a value for the gateway");
    await enter("Import");
    await closed();
    assert.equal((await call("GET", "/org-params/fresh_token?reveal=1")).value, "a value for the gateway");
    await enter("fresh_token");
    await type("Remark", "half a thought");
    await type("Hosts it may be sent to", "gw.example.com");
    await press("Enter");
    await press("Escape");
    await dialog.getByRole("alert").waitFor();
    await enter("Keep editing");
    await dialog.getByRole("alert").waitFor({ state: "detached" });
    await enter("Remove gw.example.com");
    await focusIs("Hosts it may be sent to");
    await press("Escape");
    await enter("Discard");
    await closed();
    await enter(`Reveal ${webhook.key}`);
    await enter("Reveal for 30 seconds");
    await dialog.getByText(webhook.value, { exact: true }).waitFor();
    await enter("Copy value");
    await until(async () => (await page.evaluate(() => navigator.clipboard.readText())) === webhook.value, "the value is copied");
    await press("Escape");
    await closed();
  });

  await step("a person and a token come and go", async () => {
    await visit(page, "/access");
    await enter("Add user");
    await focusIs("Name");
    await page.keyboard.type("mara");
    await tabTo(/^Operator/);
    await press("ArrowUp"); // to the integrator
    await type("Password", admin.password);
    await press("Enter");
    await closed();
    assert.equal((await call("GET", "/users/mara")).role, "integrator");
    await enter("mara");
    await tabTo(/^Integrator/);
    await press("ArrowDown");
    await enter("Save");
    await closed();
    assert.equal((await call("GET", "/users/mara")).role, "operator");
    await takeBack(async () => (await call("GET", "/users/mara")).role === "integrator", "the role is back");
    await visit(page, "/access");
    await enter("mara");
    await enter("Delete user");
    await focusIs("Keep it");
    await enter("Delete user");
    await gone("/users", "mara");

    await enter("Tokens");
    await enter("Make token");
    await focusIs("Name");
    await page.keyboard.type("dashboard");
    await enter(/^read/, "Space");
    await tabTo(/^Expires/);
    await press("ArrowDown");
    await enter("Make token");
    await focusIs("I have copied it");
    await enter("Copy");
    const made = await page.evaluate(() => navigator.clipboard.readText());
    await enter("I have copied it");
    await closed();
    const status = () => fetch(plant.url + "/api/v1/devices", { headers: { Authorization: "Bearer " + made } }).then((reply) => reply.status);
    assert.equal(await status(), 200);
    const token = await named("/tokens", "dashboard");
    assert.ok(token.expires_at, "it expires");
    await enter("dashboard");
    await enter("End token");
    await enter("End token");
    await gone("/tokens", "dashboard");
    assert.equal(await status(), 401);
  });

  await step("the record is searched and opened", async () => {
    await visit(page, "/audit");
    await enter("Users");
    await until(() => page.url().includes("q=user."), "the filter is in the address");
    await enter(/^User: added/);
    await dialog.getByRole("row", { name: /role/ }).waitFor();
    await press("Escape");
    await closed();
  });

  await step("settings are saved and taken back", async () => {
    await visit(page, "/settings");
    await type("Name", "Northern Plant");
    await type("Time zone", "Europe/Oslo");
    await press("Escape"); // the list of zones
    await tabTo(/^Refuse them/);
    await press("ArrowDown");
    await type("Hosts that scripts may reach", "gw.example.com");
    await press("Enter");
    await enter("Save");
    const org = async () => {
      const { name, time_zone, unknown_devices, egress_hosts } = await call("GET", "/orgs/default");
      return { name, time_zone, unknown_devices, egress_hosts };
    };
    await until(async () => (await org()).name === "Northern Plant", "it is saved");
    assert.deepEqual(await org(), { name: "Northern Plant", time_zone: "Europe/Oslo", unknown_devices: "create", egress_hosts: ["gw.example.com"] });
    await takeBack(async () => (await org()).name === "North Plant", "it is taken back");
  });

  await step("an organisation is made and deleted by its code", async () => {
    await enter("Organisations");
    await enter("Add organisation");
    await focusIs("Code");
    await page.keyboard.type("south");
    await tabTo("Name");
    await page.keyboard.type("South Plant");
    await type("Password", admin.password);
    await enter("Save");
    await closed();
    assert.equal((await call("GET", "/orgs/south")).name, "South Plant");
    await enter("South Plant");
    await type("Name", "Southern Plant");
    await enter("Save");
    await dialog.getByRole("button", { name: "Undo" }).waitFor(); // told above the drawer, where it can be pressed
    await enter(/^Undo/);
    await until(async () => (await call("GET", "/orgs/south")).name === "South Plant", "the name is back");
    await enter("Delete organisation");
    await type("Code of the organisation", "south");
    await enter("Delete organisation");
    await until(async () => !(await call("GET", "/orgs")).items.some(({ code }) => code === "south"), "it is gone");
  });
});
