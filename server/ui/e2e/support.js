// What every browser test needs: a real server with a folder of its own, a browser, and an eye on both.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const binary = resolve(process.env.TRIPLINE_BIN ?? join(import.meta.dirname, "../../../bin/tripline"));
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.TRIPLINE_SHOTS; // a folder: screenshots of every stop of the way

export const admin = { name: "admin", password: "four plain easy words" };
export const webhook = {
  key: "wecom_webhook_url",
  value: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=5d0c7b1e-93aa-4a6b-8f21-0e77c2b94f2a",
  hint: "4f2a",
};

/** Starts a server that has no admin yet. The test stops it when it ends. more is put into its environment. */
export async function startServer(t, more = {}) {
  const data = await mkdtemp(join(tmpdir(), "tripline-ui-"));
  const address = `127.0.0.1:${await freePort()}`;
  const { TRIPLINE_ADMIN_TOKEN: _, ...env } = process.env;
  const server = spawn(binary, ["serve"], { env: { ...env, ...more, TRIPLINE_ADDR: address, TRIPLINE_DATA: data }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => server.once("exit", done));
  t.after(async () => {
    server.kill();
    await ended;
    await rm(data, { recursive: true, force: true });
  });

  let output = "";
  const link = await new Promise((found, failed) => {
    const read = (chunk) => {
      output += chunk;
      const match = output.match(/\/setup\?token=([\w.~-]+)/);
      if (match) found(match[0]);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("error", (error) => failed(new Error(`${binary} does not start: ${error.message}. Build it, or name it in TRIPLINE_BIN.`)));
    server.once("exit", (code) => failed(new Error(`${binary} serve ended with ${code}:\n${output}`)));
    setTimeout(() => failed(new Error(`${binary} serve printed no link to set the first password:\n${output}`)), 20_000).unref();
  });
  const url = `http://${address}`;
  await until(async () => (await fetch(url + "/api/v1/me")).status === 401, "the server answers");
  return { url, link: url + link, output: () => output };
}

/** A server whose first admin has a password. more is put into its environment. */
export async function startServerWithAdmin(t, more) {
  const server = await startServer(t, more);
  const token = new URL(server.link).searchParams.get("token");
  const reply = await fetch(server.url + "/api/v1/setup", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, password: admin.password }),
  });
  assert.equal(reply.status, 200, await reply.text());
  return server;
}

async function freePort() {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Names the steps of one test. After one that failed the others are not tried. */
export function steps(t) {
  let broken;
  return (name, act) =>
    t.test(name, async () => {
      assert.ok(!broken, `not reached: “${broken}” failed`);
      try {
        await act();
      } catch (error) {
        broken = name;
        throw error;
      }
    });
}

/** Waits for a condition that no event announces. */
export async function until(holds, what) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await new Promise((later) => setTimeout(later, 25));
  }
  assert.fail(`waited 10 s for this: ${what}`);
}

/** Opens a page in a browser of its own. What the page should never do is asserted when the test ends. */
export async function openPage(t, server, { width = 1280, height = 800, locale = "en-GB", theme = "light" } = {}) {
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: theme, baseURL: server.url, reducedMotion: "reduce" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  const replies = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.stack || `${error.name} ${error.message}`}`));
  page.on("console", (message) => {
    // The browser itself writes a line for every reply from 400 on: those are asked for here.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url + "/")) faults.push(`asked another host: ${request.url()}`);
  });
  page.on("response", async (response) => {
    const text = await response.text().catch(() => ""); // the page may have gone on
    replies.push({ url: response.url(), method: response.request().method(), text });
  });
  t.after(async () => {
    await browser.close();
    assert.deepEqual(faults, []);
  });
  return { page, context, replies };
}

/** Signs in through the form, at the address where one wants to be. */
export async function signIn(page, words = { name: "Name", password: "Password", button: "Sign in" }, at = "/") {
  await page.goto(at);
  await page.getByLabel(words.name, { exact: true }).fill(admin.name);
  await page.getByLabel(words.password, { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: words.button, exact: true }).click();
}

/** Stores a parameter without the pages, as the person who is signed in. */
export async function putParam(page, key, body) {
  const reply = await page.request.put("/api/v1/org-params/" + key, { data: body });
  assert.ok(reply.ok(), `PUT ${key}: ${reply.status()} ${await reply.text()}`);
}

/** Everything that the page holds where somebody could find it later. */
export function remains(page) {
  return page.evaluate(() => {
    const typed = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    return [document.documentElement.outerHTML, ...typed, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie, location.href, JSON.stringify(history.state)].join("\n");
  });
}

/** Nothing is wider than the window. */
export async function assertFits(page) {
  const over = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 1 && element.checkVisibility()).map((element) => element.outerHTML.slice(0, 120));
  });
  assert.deepEqual(over, [], "wider than the window");
}

/** Takes a picture where TRIPLINE_SHOTS asks for them. */
export async function shot(page, name) {
  if (!shots) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, name + ".png") });
}
