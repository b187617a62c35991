// The pages of scripts: what is typed is kept, names are completed, cases and parameters hold, and who may only read changes nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./axe.js";
import { paste } from "./script_bench.js";
import { admin, assertFits, openPage, putParam, shot, signIn, startServerWithAdmin, steps, until } from "./support.js";

const eui = "a84041000181c061";
const double = "function rpc_script({ params, logger }) {\n  logger.info('doubling', { n: params.n });\n  return [{ type: 'modifyAttrs', dnMsg: { server_attrs: { n: params.n * 2 } } }];\n}\n";

/** A server with a device, an RPC and a trigger, and somebody signed in. */
async function start(t, options) {
  const server = await startServerWithAdmin(t);
  const opened = await openPage(t, server, options);
  const { page } = opened;
  await signIn(page, options?.words);
  await page.locator("main#page").waitFor();
  const send = async (method, path, data) => {
    const reply = await page.request.fetch("/api/v1" + path, { method, data });
    assert.ok(reply.ok(), `${method} ${path}: ${reply.status()} ${await reply.text()}`);
    return reply.status() === 204 ? undefined : reply.json();
  };
  await send("PUT", "/devices/" + eui, { name: "Cold room 2", server_attrs: { alarm_temp: 30 } });
  await send("PUT", "/scripts/rpc/double", { source: double, remark: "Doubles n.", tags: ["cold-chain"] });
  await send("PUT", "/scripts/trigger/hot", { source: "function trigger_script(device, id) {\n  return { actions: [{ method: 'double', params: { n: 2 } }] };\n}\n" });
  await send("PUT", "/devices/" + eui, { triggers: ["hot"], rpcs: ["double"] });
  return { ...opened, server, send };
}

const code = ".bench-code .cm-content";
const button = (page, name) => page.getByRole("button", { name, exact: true });
const tab = (page, name) => page.locator(".tabs").getByRole("link", { name, exact: true });
const textOf = (page) => page.locator(code).innerText();

test("what is typed is kept until it is published or discarded", async (t) => {
  const { page } = await start(t);
  const step = steps(t);

  await step("a reload keeps it", async () => {
    await page.goto("/scripts/rpc/double");
    await page.locator(code).waitFor();
    await paste(page, double.replace("* 2", "* 3"));
    await page.getByText("kept in this tab").first().waitFor();
    // The page begins to ask a moment after it says that the text is kept, and browsers let it once somebody has touched it.
    await page.locator(code).click();
    await until(() => page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }))), "leaving is asked about");
    let asked = "";
    page.once("dialog", (dialog) => ((asked = dialog.type()), dialog.accept()));
    await page.reload();
    assert.equal(asked, "beforeunload");
    await page.locator(code).waitFor();
    await until(async () => (await textOf(page)).includes("* 3"), "the draft is in the editor");
  });

  await step("another page says so", async () => {
    await page.getByRole("link", { name: "Scripts", exact: true }).first().click();
    await page.getByText("What you changed in double is kept in this tab.").waitFor();
    await page.getByRole("row", { name: /double/ }).getByText("not published").waitFor();
    await shot(page, "list");
  });

  await step("discarding can be undone", async () => {
    await page.getByRole("row", { name: /double/ }).getByRole("link").first().click();
    await button(page, "Discard my changes").click();
    await until(async () => (await textOf(page)).includes("* 2"), "the published version is in the editor");
    await button(page, "Undo").click();
    await until(async () => (await textOf(page)).includes("* 3"), "the draft is back");
  });

  await step("somebody else's publication is not overwritten unseen", async () => {
    const reply = await page.request.put("/api/v1/scripts/rpc/double", { data: { source: double + "// by somebody else\n" } });
    assert.ok(reply.ok());
    await button(page, "Publish…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("dialog").getByText("Version 2 was published since you began with version 1").waitFor();
    await page.getByRole("dialog").locator(".cm-content").getByText("by somebody else").waitFor();
    await shot(page, "overtaken");
    await page.getByRole("dialog").getByRole("button", { name: "I have seen it: replace it with mine" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("Published version 3").waitFor();
    await page.getByText("not published").waitFor({ state: "detached" });
  });

  await step("signing out forgets it", async () => {
    await paste(page, "// half a thought");
    await until(() => page.evaluate(() => Object.keys(sessionStorage).length === 1), "it is stored");
    await button(page, "Sign out").click();
    await page.getByLabel("Name", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).length), 0);
  });
});

test("names are completed and explained", async (t) => {
  const { page } = await start(t);
  await putParam(page, "wecom_webhook_url", { value: "https://qyapi.weixin.qq.com/x?key=0123456789abcdef", remark: "Night shift" });
  await page.goto("/scripts/rpc/double");
  await page.locator(code).waitFor();
  await page.getByText("device " + eui).waitFor();
  const offered = async (text, ...names) => {
    await paste(page, "async function rpc_script({ device, params, org_params }) {\n\n}");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type(text);
    for (const name of names) await page.locator(".cm-tooltip-autocomplete").getByText(name, { exact: true }).waitFor();
    await page.keyboard.press("Escape");
  };
  await offered("org_params.", "wecom_webhook_url");
  await offered("device.server_attrs.", "alarm_temp");
  await offered("const h = crypto.createHmac('sha256', 'k'); h.", "digest");
  await offered("const r = await axios.get('https://a.example'); r.", "status");
  await offered("crc16M", "crc16Modbus");
  await shot(page, "completion");
  await page.locator(code).getByText("crc16M").hover();
  await paste(page, "crc16Modbus(Buffer.from('00', 'hex'), 1)");
  await page.locator(code).getByText("crc16Modbus").hover();
  await page.locator(".name-doc").getByText("reflected polynomial").waitFor();
});

test("the keyboard gets into the editor and out of it", async (t) => {
  const { page } = await start(t);
  await page.goto("/scripts/rpc/double");
  await page.locator(code).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.classList.contains("cm-content") ?? false);
  await tab(page, "Runs").focus();
  for (let presses = 0; presses < 6 && !(await focused()); presses++) await page.keyboard.press("Tab");
  assert.ok(await focused(), "Tab leads into the editor");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("x");
  await page.keyboard.press("Home");
  await page.keyboard.press("Tab");
  assert.match(await textOf(page), /^ {2}x/, "Tab indents");
  await page.keyboard.press("Escape");
  assert.match(await page.locator(".cm-announced").first().textContent(), /The next Tab leaves/);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), false, "Tab leaves after Escape");
});

test("cases, parameters, runs", async (t) => {
  const { page, send } = await start(t);
  const step = steps(t);
  const dialog = page.getByRole("dialog");

  await step("a declared parameter is checked and shown as callers see it", async () => {
    await page.goto("/scripts/rpc/double/params");
    await button(page, "Add parameter").click();
    await page.getByLabel("Name", { exact: true }).fill("_n");
    await page.getByText("kept for the host's own").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("n");
    await page.getByLabel("Shown as").fill("Number");
    await page.getByLabel("Default", { exact: true }).fill("21");
    await page.getByLabel("Unit").fill("mm");
    await page.locator("[aria-labelledby=params-preview]").getByText("Number").waitFor();
    await shot(page, "params");
    await button(page, "Publish…").click();
    await dialog.getByText("The declared parameters differ.").waitFor();
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("Published version 2").waitFor();
  });

  await step("a dry run is saved as a case", async () => {
    await tab(page, "Editor").click();
    await page.getByText("device " + eui).waitFor();
    await button(page, "Run").click();
    await page.locator(".report").getByText("42").first().waitFor(); // the default was filled in
    await page.locator(".report").getByText("doubling").waitFor();
    await button(page, "Save as case…").click();
    await dialog.getByLabel("Name of the case").fill("twice the default");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the case").waitFor();
  });

  await step("a change that breaks it is seen before it is published", async () => {
    await paste(page, double.replace("* 2", "* 3"));
    await tab(page, "Cases").click();
    await button(page, "Run all cases").click();
    await page.getByText("0 of 1 pass").waitFor();
    await page.getByText("want 42, got 63").waitFor();
    await shot(page, "cases");
    await button(page, "Publish…").click();
    await dialog.getByText("1 of 1 cases fail: twice the default").waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Remove twice the default").click();
    await button(page, "Undo").click();
    await page.getByText("twice the default").first().waitFor();
    await button(page, "Discard my changes").click();
  });

  await step("an error leads to its line", async () => {
    await tab(page, "Editor").click();
    await paste(page, "function rpc_script() {\n\n  throw new Error('no luck');\n}");
    await button(page, "Run").click();
    await page.locator(".report").getByText("no luck").waitFor();
    await button(page, "Go to line 3").click();
    await until(async () => (await page.locator(".bench-code .cm-activeLine").innerText()).includes("no luck"), "the cursor is there");
    await shot(page, "error");
    await button(page, "Discard my changes").click();
  });

  await step("answers to axios can be given", async () => {
    await paste(page, "async function rpc_script() {\n  const { data } = await axios.get('https://a.example/t');\n  return [{ type: 'modifyAttrs', dnMsg: { server_attrs: { token: data.token } } }];\n}");
    await page.locator(".part").filter({ hasText: "responses" }).locator("summary").click();
    await paste(page, JSON.stringify([{ url: "https://a.example/", data: { token: "t-1" } }]), ".part .cm-content");
    await button(page, "Run").click();
    await page.locator(".report").getByText("t-1").first().waitFor();
    await button(page, "Discard my changes").click();
  });

  await step("a failed run is found, and run again", async () => {
    await send("PUT", "/scripts/rpc/double", { source: "throw new Error('broken pipe')" });
    await send("POST", "/uplinks?wait=1", { eui, telemetry_data: { t: 1 } });
    await page.goto("/scripts/rpc/double/runs?show=failed");
    await page.getByText("broken pipe").waitFor();
    await shot(page, "runs");
    await page.getByRole("link", { name: "Run again here" }).first().click();
    await page.getByText("what " + eui + " was given then").waitFor();
    await button(page, "Run").click();
    await page.locator(".report").getByText("broken pipe").waitFor();
    await page.goto("/scripts");
    await page.getByRole("row", { name: /double/ }).getByText("broken pipe").waitFor();
  });
});

test("who may only read sees all and changes nothing", async (t) => {
  const { page, context, send } = await start(t);
  await send("PUT", "/users/olga", { role: "operator", password: admin.password });
  await send("PUT", "/scripts/rpc/double/cases/one", { params: { n: 1 } });
  await context.clearCookies();
  const asked = [];
  page.on("request", (request) => request.method() !== "GET" && asked.push(request.method() + " " + request.url()));
  await page.goto("/scripts/rpc/double");
  await page.getByLabel("Name", { exact: true }).fill("olga");
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await button(page, "Sign in").click();
  await page.locator(code).waitFor();
  asked.length = 0;
  await page.locator(code).click();
  await page.keyboard.type("nothing");
  assert.ok(!(await textOf(page)).includes("nothing"));
  for (const name of ["Parameters", "Cases", "Versions", "Mounts", "Runs", "Editor"]) {
    await tab(page, name).click();
    await page.locator(`.tabs [aria-current]`).getByText(name).waitFor();
    for (const forbidden of ["Publish…", "Run", "Run all cases", "Mount on a device", "Add parameter", "Remark and tags"]) {
      assert.equal(await button(page, forbidden).count(), 0, `${forbidden} on ${name}`);
    }
  }
  assert.deepEqual(asked, []);
});

for (const theme of ["light", "dark"]) {
  for (const width of [1280, 375]) {
    test(`no barriers on the pages of scripts in the ${theme} theme at ${width} px`, async (t) => {
      const { page, send } = await start(t, { theme, width, height: width < 640 ? 740 : 860 });
      await send("PUT", "/scripts/rpc/double", { source: double.replace("params.n *", "Number(params.n) *"), params: [{ name: "n", type: "number", alias: "Number", default: 2, unit: "mm" }, { name: "mode", type: "string", options: [{ key: "Fast", value: "f" }, { key: "Slow", value: "s" }] }] });
      await send("PUT", "/scripts/rpc/double/cases/warm%20again", { params: { n: 1 } });
      await send("POST", "/uplinks?wait=1", { eui, telemetry_data: { t: 1 } });
      const look = async (where) => {
        await assertFits(page);
        await assertAccessible(page, where);
        await shot(page, `scripts-${theme}-${width}-${where}`);
      };
      await page.goto("/scripts");
      await page.getByRole("row", { name: /wecom_notify/ }).waitFor();
      await look("list");
      await page.goto("/scripts/new");
      await page.getByRole("heading", { name: "New script" }).waitFor();
      await look("new");
      await page.goto("/scripts/rpc/double");
      await page.locator(code).waitFor();
      await page.getByText("device " + eui).waitFor();
      await button(page, "Run").click();
      await page.locator(".report").getByText("server_attrs").first().waitFor();
      await page.locator(".part").first().locator("summary").click();
      await page.locator(".part .cm-content").waitFor();
      await look("editor");
      await button(page, "Recorded uplink…").click();
      await page.getByRole("dialog").getByRole("button", { name: /"t":1/ }).waitFor();
      await look("picker");
      await page.keyboard.press("Escape");
      for (const [name, ready] of [["Parameters", ".param-row"], ["Cases", ".case"], ["Versions", ".diff .cm-content"], ["Mounts", ".mount"], ["Runs", ".table-rows [role=row]"]]) {
        await tab(page, name).click();
        await page.locator(ready).first().waitFor();
        await look(name.toLowerCase());
      }
      await tab(page, "Editor").click();
      await paste(page, double.replace("* 2", "* ;"));
      await page.locator(".cm-lintRange-error").first().waitFor();
      await look("mistake");
      await button(page, "Publish…").click();
      await page.getByRole("dialog").locator(".cm-content").first().waitFor();
      await page.getByRole("dialog").getByText(/cases? (pass|fail)/).waitFor();
      await look("publish");
    });
  }
}
