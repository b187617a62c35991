// Whatever reacts to a pointer is reached by keyboard, on every page and in every dialog; the focus is seen, stays in a
// dialog, and comes back to what opened it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliverLater, room, startPlant } from "./plant.js";
import { keyboardOf, settled, visit } from "./keyboard.js";
import { assertReachable, watchListeners } from "./reach.js";
import { admin, openPage, signIn, until, webhook } from "./support.js";

/** Every page, and by what its dialogs are opened: a name, or names one after the other, the last one in the dialog. */
async function placesOf(plant) {
  const { call } = plant;
  const waiting = await deliverLater(plant);
  const { items } = await call("GET", "/executions?eui=" + room.eui);
  const execution = items.find((one) => one.uplink?.telemetry_data?.temperature === 41).id;
  const alarm = (await call("GET", "/alarms")).items[0].id;
  const discarded = (await call("GET", "/deliveries?state=discarded")).items[0].id;
  return [
    ["/overview"],
    ["/alarms"],
    ["/alarms?state=cleared"],
    ["/alarms/" + alarm, ["Clear"]],
    ["/devices", ["Add device"]],
    ["/devices/" + room.eui, ["Delete device"], ["Edit"], ["Call an RPC"], ["Send a test uplink"]],
    [`/devices/${room.eui}/attributes`],
    [`/devices/${room.eui}/mounts`],
    [`/devices/${room.eui}/executions`],
    [`/devices/${room.eui}/deliveries`],
    ["/scripts"],
    ["/scripts/new"],
    ["/scripts/rpc/set_cov", ["Device…"], ["Recorded uplink…"], ["Case…"], ["Remark and tags"], ["Remark and tags", "Delete set_cov"]],
    ["/scripts/rpc/set_cov/params"],
    ["/scripts/rpc/set_cov/cases"],
    ["/scripts/rpc/set_cov/versions"],
    ["/scripts/rpc/set_cov/mounts", ["Mount on a device"]],
    ["/scripts/trigger/overheat/runs"],
    ["/executions"],
    ["/executions/" + execution, ["Run again as dry run"]],
    ["/deliveries"],
    ["/deliveries/" + discarded],
    ["/deliveries/" + waiting, ["Cancel"]],
    ["/notifications/services", ["Add service"], ["On call"], ["On call", "Delete service"]],
    ["/notifications/services?new=wecom"],
    ["/notifications/services?new=dingtalk"],
    ["/notifications/services?new=feishu"],
    ["/notifications/services?new=webhook"],
    ["/notifications/services?new=email"],
    ["/notifications/rules", ["Add rule"], ["cold rooms"], ["cold rooms", "Delete rule"]],
    ["/org-params", ["Import or export"], ["Add parameter"], [webhook.key], ["Reveal " + webhook.key], ["Delete " + webhook.key]],
    ["/access", ["Add user"], ["lin"], ["lin", "Delete user"]],
    ["/access/tokens", ["Make token"], ["test"], ["test", "End token"]],
    ["/audit", [/^Notification rule: added/]],
    ["/settings"],
    ["/settings/organisations", ["Add organisation"], ["North Plant"], ["South Plant", "Delete organisation"]],
  ];
}

test("the keyboard reaches what a pointer reaches", async (t) => {
  const plant = await startPlant(t);
  const { source } = await plant.call("GET", "/scripts/rpc/set_cov");
  const long = source + "// on and on\n".repeat(30);
  for (const end of ["// one\n", "// other\n"]) await plant.call("PUT", "/scripts/rpc/set_cov", { source: long + end });
  await plant.call("PUT", "/scripts/rpc/set_cov/cases/eco", { params: { cov: 1 } });
  await plant.call("PUT", "/orgs/south", { name: "South Plant" });
  const { page, context } = await openPage(t, plant);
  const keys = keyboardOf(page);
  await watchListeners(context);
  await t.test("signing in", async () => {
    await page.goto("/setup?token=unknown");
    await page.getByLabel("New password").waitFor();
    await assertReachable(page, "setup");
    await page.goto("/");
    await page.getByLabel("Password").waitFor();
    await assertReachable(page, "sign in");
  });
  await signIn(page, undefined, "/overview");
  await page.getByRole("heading", { name: "Overview" }).waitFor();

  await t.test("the frame", async () => {
    await assertReachable(page, "the frame", { frame: true });
    for (const opener of ["Organisation: North Plant", /^Go to/]) await assertDialog(page, keys, [opener]);
    await page.setViewportSize({ width: 375, height: 740 });
    await assertReachable(page, "the frame on a phone", { frame: true });
    await assertDialog(page, keys, ["More"]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  await t.test("what only a pointer can press is found", async () => {
    const plant = (what) => page.evaluate((what) => {
      const div = document.querySelector("main").appendChild(document.createElement("div"));
      div.id = "planted";
      div.textContent = "Press me";
      if (what === "listens") div.addEventListener("click", () => {});
      if (what === "looks") div.style.cursor = "pointer";
      if (what === "first") div.tabIndex = 1;
      if (what === "unseen") Object.assign(div, { tabIndex: 0 }).style.outline = "0";
    }, what);
    for (const what of ["listens", "looks", "first", "unseen"]) {
      await plant(what);
      await assert.rejects(assertReachable(page, what), /planted|Press me/, what);
      await page.evaluate(() => document.getElementById("planted").remove());
    }
  });

  const reached = [];
  for (const [address, ...ways] of await placesOf(plant)) {
    await t.test(address.replace(/[0-9a-f-]{36}/, "ID"), async () => {
      await visit(page, address);
      reached.push(await assertReachable(page, address));
      for (const way of ways) reached.push(await assertDialog(page, keys, way));
    });
  }
  t.diagnostic(`${reached.reduce((sum, many) => sum + many)} places on ${reached.length} pages and dialogs`);

  await t.test("signing in again", async () => {
    await context.clearCookies();
    await page.evaluate(() => { // a link within the pages, which stay loaded
      history.pushState(null, "", "/alarms");
      dispatchEvent(new PopStateEvent("popstate"));
    });
    await page.getByRole("heading", { name: "Sign in again" }).waitFor();
    await assertReachable(page, "sign in again");
    await keys.type("Password", admin.password);
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Sign in again" }).waitFor({ state: "detached" });
  });
});

/** Opens a dialog by keyboard, goes round in it, and closes what was opened with Escape. Returns how many places it has. */
async function assertDialog(page, keys, way) {
  const dialogs = page.locator("dialog[open]");
  const where = way.join(" → ");
  for (const [depth, opener] of way.entries()) {
    await keys.enter(opener);
    await until(async () => (await dialogs.count()) > 0 && (await page.locator("dialog:modal").last().isVisible()) && (await dialogs.count()) <= depth + 1, `${where}: a dialog opens`);
  }
  await settled(page);
  const count = await assertReachable(page, where);
  for (const opener of way.toReversed()) {
    await keys.press("Escape");
    await keys.focusIs(opener);
  }
  assert.equal(await dialogs.count(), 0, `${where}: Escape closes it`);
  return count;
}
