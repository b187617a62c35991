// Everything without a pointer: sign in, add, walk, open, change, reveal, delete.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin, openPage, startServerWithAdmin, until } from "./support.js";

test("the keyboard alone is enough", async (t) => {
  const server = await startServerWithAdmin(t);
  const { page } = await openPage(t, server);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
  const focusIs = (text) => until(async () => (await focused()).includes(text), `the focus is on ${text}`);
  const dialog = page.getByRole("dialog");
  const tabTo = async (text) => {
    for (let tabs = 0; tabs < 30; tabs++) {
      if ((await focused()) === text) return;
      await press("Tab");
    }
    assert.fail(`Tab does not reach ${text}`);
  };

  await page.goto("/org-params");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.keyboard.type(admin.name); // the first field has the focus
  await press("Tab");
  await page.keyboard.type(admin.password);
  await press("Enter");
  await page.getByRole("heading", { name: "Org Params" }).waitFor();

  for (const key of ["alpha_token", "beta_token"]) {
    await until(async () => !(await dialog.count()), "no dialog is open");
    await press("n");
    await dialog.waitFor();
    await page.keyboard.type(key);
    await press("Tab");
    await page.keyboard.type("value of " + key);
    await press("Control+Enter");
    await page.getByRole("row", { name: key }).waitFor();
    await focusIs(key);
  }

  await press("k");
  await focusIs("alpha_token");
  await press("j");
  await focusIs("beta_token");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(ring, "solid", "the focus is visible");

  await press("Enter");
  await dialog.waitFor();
  for (let tabs = 0; tabs < 30; tabs++) {
    await press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement));
    assert.ok(inside, "the focus stays in the dialog");
  }
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focusIs("beta_token");

  await press("/");
  await page.keyboard.type("alpha");
  await until(async () => new URL(page.url()).searchParams.get("q") === "alpha", "the search is in the address");
  await page.getByRole("row", { name: "beta_token" }).waitFor({ state: "detached" });
  await press("Control+A", "Delete");
  await page.getByRole("row", { name: "beta_token" }).waitFor();

  await tabTo("Reveal beta_token");
  await press("Enter");
  await dialog.waitFor();
  await tabTo("Reveal for 30 seconds");
  await press("Enter");
  await dialog.getByText("value of beta_token", { exact: true }).waitFor();
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focusIs("Reveal beta_token");

  await tabTo("Delete beta_token");
  await press("Enter");
  await dialog.waitFor();
  await focusIs("Keep it"); // Enter by mistake deletes nothing
  await tabTo("Delete beta_token");
  await press("Enter");
  await page.getByRole("row", { name: "beta_token" }).waitFor({ state: "detached" });
  await focusIs("alpha_token");
});
