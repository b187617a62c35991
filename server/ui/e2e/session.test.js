// Signing in and out, and sessions that end while somebody works.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin, openPage, putParam, shot, signIn, startServerWithAdmin, steps } from "./support.js";

test("signing in", async (t) => {
  const server = await startServerWithAdmin(t);
  const { page, context } = await openPage(t, server);
  const dialog = page.getByRole("dialog");
  const step = steps(t);
  const button = page.getByRole("button", { name: "Sign in", exact: true });

  await step("says what is missing or wrong at the field", async () => {
    await page.goto("/");
    await shot(page, "sign-in");
    await button.click();
    await page.getByText("Type your name.").waitFor();
    await page.getByText("Type your password.").waitFor();
    await page.getByLabel("Name").fill(admin.name);
    await page.getByLabel("Password").fill("not the password");
    await button.click();
    await page.getByText("This name and password do not belong together.").waitFor();
    await shot(page, "sign-in-wrong");
  });

  await step("leads to the address that was asked for", async () => {
    await page.goto("/org-params?q=wecom");
    await page.getByRole("button", { name: "Sign in to another organisation" }).click();
    await page.getByLabel("Organisation").fill("default");
    await page.getByLabel("Name").fill(admin.name);
    await page.getByLabel("Password").fill(admin.password);
    await button.click();
    await page.getByRole("heading", { name: "Org Params" }).waitFor();
    assert.equal(new URL(page.url()).search, "?q=wecom");
  });

  await step("again after the session ended keeps what was typed", async () => {
    await page.goto("/org-params?new=half_typed");
    await dialog.getByLabel("Value").fill("typed before the session ended");
    await context.clearCookies();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Sign in again" }).waitFor();
    await shot(page, "sign-in-again");
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in again" }).waitFor({ state: "detached" });
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: "half_typed" }).waitFor();
  });

  await step("a link opens a parameter, a stale one says so", async () => {
    await putParam(page, "linked", { value: "something to link to" });
    await page.goto("/org-params/linked");
    await dialog.getByRole("heading", { name: "linked" }).waitFor();
    await page.goto("/org-params/gone");
    await page.getByText("There is no parameter “gone”").waitFor();
    await page.goto("/nowhere/at/all");
    await page.getByRole("heading", { name: "Nothing here" }).waitFor();
  });

  await step("out", async () => {
    await page.goto("/org-params");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal((await page.request.get("/api/v1/me")).status(), 401);
    await page.goBack().catch(() => {});
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  await step("too often has to wait", async () => {
    await page.goto("/");
    await page.getByLabel("Name").fill(admin.name);
    const throttled = page.getByText(/Too many tries\. Wait \d+ (second|minute)s?, then try again\./);
    for (let tries = 0; tries < 20 && !(await throttled.isVisible()); tries++) {
      await page.getByLabel("Password").fill("guess " + tries);
      const answer = page.waitForResponse((response) => response.url().endsWith("/login"));
      await button.click();
      await (await answer).finished();
    }
    await throttled.waitFor();
    await shot(page, "throttled");
  });

  await step("without an answer says so", async () => {
    await page.route("**/api/**", (route) => route.abort());
    await page.getByLabel("Password").fill(admin.password);
    await button.click();
    await page.getByText("The server does not answer.").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "No answer" }).waitFor();
    await page.unroute("**/api/**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

test("loading shows the shape of the page", async (t) => {
  const server = await startServerWithAdmin(t);
  const { page } = await openPage(t, server);
  let release;
  const held = new Promise((done) => (release = done));
  await page.route("**/api/v1/org-params*", async (route) => {
    await held;
    await route.continue();
  });
  await signIn(page, undefined, "/org-params");
  await page.locator(".skeleton-row").first().waitFor();
  await shot(page, "skeleton");
  release();
  await page.getByText("No parameters yet").waitFor();
  assert.equal(await page.locator(".skeleton-row").count(), 0);
});
