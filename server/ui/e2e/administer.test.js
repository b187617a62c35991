// What an admin does: people, tokens, the record of changes, settings, organisations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./axe.js";
import { startPlant } from "./plant.js";
import { admin, openPage, remains, signIn, steps } from "./support.js";

test("an admin's pages", async (t) => {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  const step = steps(t);
  const dialog = page.getByRole("dialog");
  const toast = page.locator(".toast");

  await step("a person is added, changed, and taken back", async () => {
    await signIn(page, undefined, "/access");
    await page.getByRole("row", { name: "lin" }).waitFor();
    await page.keyboard.press("n");
    await dialog.getByLabel("Name").fill("mara");
    await dialog.getByLabel("Password").fill("short");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Take at least 8 characters.").waitFor();
    await dialog.getByLabel("Password").fill(admin.password);
    await dialog.getByRole("radio", { name: "Integrator" }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: "mara" }).getByText("Integrator").waitFor();
    await page.getByRole("link", { name: "mara" }).click();
    await dialog.getByRole("radio", { name: "Operator" }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: "mara" }).getByText("Operator").waitFor();
    await toast.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row", { name: "mara" }).getByText("Integrator").waitFor();
    await page.getByRole("link", { name: "admin" }).click();
    await dialog.getByRole("radio", { name: "Operator" }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/last admin/).waitFor();
    await page.keyboard.press("Escape");
  });

  await step("a token is shown once, with a line to try it", async () => {
    await page.getByRole("navigation", { name: "Users and tokens" }).getByRole("link", { name: "Tokens" }).click();
    await page.getByRole("button", { name: "Make token" }).click();
    await dialog.getByLabel("Name").fill("dashboard");
    await dialog.getByRole("checkbox", { name: /ingest/ }).uncheck();
    await dialog.getByRole("button", { name: "Make token" }).click();
    await dialog.getByText("Choose at least one.").waitFor();
    await dialog.getByRole("checkbox", { name: /^read/ }).check();
    await dialog.getByRole("button", { name: "Make token" }).click();
    await dialog.getByText("Copy it now").waitFor();
    const made = (await dialog.locator("pre").first().innerText()).trim();
    assert.ok((await dialog.locator("pre").last().innerText()).includes(`Bearer ${made}`));
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("row", { name: "dashboard" }).waitFor();
    assert.ok(!(await remains(page)).includes(made), "the token is gone from the page");
    const asIt = () => fetch(plant.url + "/api/v1/devices", { headers: { Authorization: "Bearer " + made } }).then((reply) => reply.status);
    assert.equal(await asIt(), 200);
    await page.getByRole("link", { name: "dashboard" }).click();
    await dialog.getByRole("button", { name: "End token" }).click();
    await page.getByRole("heading", { name: "End the token dashboard?" }).waitFor();
    await dialog.last().getByRole("button", { name: "End token" }).click();
    await toast.getByText("Ended the token dashboard.").waitFor();
    assert.equal(await asIt(), 401);
  });

  await step("the record tells who changed what, before and after", async () => {
    await page.goto("/audit?q=mara");
    await page.getByRole("link", { name: "User: changed" }).first().click();
    await dialog.getByRole("row", { name: /role/ }).getByText("operator").waitFor();
    await dialog.getByRole("row", { name: /role/ }).getByText("integrator").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Org params" }).click();
    await page.getByRole("link", { name: "Org param: added" }).waitFor();
  });

  await step("settings are checked, saved and taken back", async () => {
    await page.goto("/settings");
    await page.getByLabel("Time zone").fill("Nowhere/Town");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("must be an IANA name").waitFor();
    await page.getByLabel("Time zone").fill("Europe/Oslo");
    await page.getByLabel("Name", { exact: true }).fill("Northern Plant");
    await page.getByRole("button", { name: "Save" }).click();
    await toast.getByText("Saved the settings of Northern Plant.").waitFor();
    await page.getByRole("button", { name: "Organisation: Northern Plant" }).waitFor();
    await toast.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Organisation: North Plant" }).waitFor();
  });

  await step("an organisation is made with its first admin, who signs in to it", async () => {
    await page.getByRole("button", { name: "Organisation: North Plant" }).click();
    await assertAccessible(page, "organisation menu");
    await dialog.getByRole("button", { name: "Manage organisations" }).click();
    await page.getByRole("button", { name: "Add organisation" }).click();
    await dialog.getByLabel("Code").fill("south");
    await dialog.getByLabel("Name", { exact: true }).first().fill("South Plant");
    await dialog.getByLabel("Password").fill(admin.password);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: "South Plant" }).waitFor();
    await page.getByRole("button", { name: "Organisation: North Plant" }).click();
    await dialog.getByRole("button", { name: "Sign in to another one" }).click();
    await page.getByLabel("Organisation", { exact: true }).fill("south");
    await page.getByLabel("Name").fill("admin");
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Organisation: South Plant" }).waitFor();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  await step("it is deleted when its code is typed", async () => {
    await page.context().clearCookies();
    await page.goto("/settings/organisations/south");
    await page.getByLabel("Organisation", { exact: true }).fill("default");
    await page.getByLabel("Name").fill(admin.name);
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await dialog.getByRole("button", { name: "Delete organisation" }).click();
    await dialog.last().getByRole("button", { name: "Delete organisation" }).click();
    await page.getByText("This is not south.").waitFor();
    await page.getByLabel("Code of the organisation").fill("south");
    await dialog.last().getByRole("button", { name: "Delete organisation" }).click();
    await toast.getByText("Deleted South Plant.").waitFor();
    await page.getByRole("row", { name: "South Plant" }).waitFor({ state: "detached" });
  });
});

test("an operator sees what an operator may", async (t) => {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  await page.goto("/");
  await page.getByLabel("Name").fill("lin");
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const names = await page.getByRole("navigation", { name: "Pages" }).first().getByRole("link").allInnerTexts();
  assert.deepEqual(names, ["Overview", "Alarms", "Devices", "Scripts", "Executions", "Deliveries"]);
  await page.goto("/org-params");
  await page.getByRole("heading", { name: "Nothing here" }).waitFor();
  await page.goto("/devices");
  await page.getByRole("row").nth(1).waitFor();
  assert.equal(await page.getByRole("button", { name: "Add device" }).count(), 0);
});
