// An integrator's work without a pointer: devices, and scripts from the first line to the roll back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyboardOf, settled, signInByKeyboard, visit } from "./keyboard.js";
import { room, startPlant } from "./plant.js";
import { openPage, steps, until } from "./support.js";

const doubled = `function rpc_script({ device, params }) {
  return [{ type: "modifyAttrs", dnMsg: { server_attrs: { n: params.n * 2 } } }];
}
${"// a line that stays\n".repeat(20)}`;

async function start(t) {
  const plant = await startPlant(t);
  const { page } = await openPage(t, plant);
  const dialog = page.getByRole("dialog");
  return { ...plant, page, dialog, ...keyboardOf(page), closed: () => until(async () => (await dialog.count()) === 0, "every dialog is closed"), step: steps(t) };
}

test("an integrator keeps devices by keyboard", async (t) => {
  const { call, page, dialog, press, focusIs, tabTo, enter, type, closed, step, takeBack } = await start(t);
  const device = (eui = room.eui) => call("GET", "/devices/" + eui);

  await step("a device is added and changed", async () => {
    await signInByKeyboard(page, { at: "/devices" });
    await enter("Add device");
    await focusIs("EUI");
    await page.keyboard.type("a84041000181c069");
    await type("Name", "Greenhouse");
    await type("Tags", "glass");
    await press("Enter");
    await enter("Save");
    await page.getByRole("heading", { name: "Greenhouse" }).waitFor();
    assert.deepEqual((await device("a84041000181c069")).tags, ["glass"]);
    await enter("Edit");
    await focusIs("Name");
    await type("Name", "Glasshouse");
    await press("Enter");
    await closed();
    assert.equal((await device("a84041000181c069")).name, "Glasshouse");
    await takeBack(async () => (await device("a84041000181c069")).name === "Greenhouse", "the name is back");
  });

  await step("it is deleted by its name", async () => {
    await enter("Delete device");
    await focusIs("Keep it");
    await enter("Delete device");
    await page.getByRole("heading", { name: "Devices", exact: true }).waitFor();
    await until(async () => !(await call("GET", "/devices")).items.some(({ name }) => name === "Greenhouse"), "it is gone");
  });

  await step("attributes are saved and taken back", async () => {
    await visit(page, "/devices/" + room.eui);
    await enter("Attributes");
    await type("Server attributes", '{ "alarm_temp": 25 }');
    await enter("Save");
    await until(async () => (await device()).server_attrs.alarm_temp === 25, "they are saved");
    await takeBack(async () => (await device()).server_attrs.alarm_temp === 30, "they are back");
    await type("Shared attributes", '{ "half": ');
    await enter("Discard changes");
    await until(async () => (await page.getByLabel("Shared attributes").inputValue()) === "{}", "what was typed is gone");
  });

  await step("a script is mounted and taken off", async () => {
    await enter("Scripts");
    await visit(page, `/devices/${room.eui}/mounts`);
    await type("Triggers", "broken");
    await press("Enter");
    await until(async () => (await device()).triggers.includes("broken"), "it is mounted");
    await enter("Remove broken");
    await until(async () => !(await device()).triggers.includes("broken"), "it is off");
    await focusIs("Triggers");
  });

  await step("an uplink is sent, as values and as bytes", async () => {
    await enter("Send a test uplink");
    await focusIs("Values as JSON");
    await press("ControlOrMeta+a");
    await page.keyboard.insertText('{ "temperature": 12.5 }');
    await enter("Send");
    await dialog.getByText("Stored, its triggers ran.").waitFor();
    assert.equal((await device()).telemetry_data.thermometer.temperature, 12.5);
    await enter("Raw payload");
    await type("Payload in hexadecimal", "0102");
    await type("Port", "2");
    await enter("Send");
    await dialog.getByRole("status").filter({ hasText: "Stored" }).waitFor();
    const [{ uplink }] = (await call("GET", "/executions?eui=" + room.eui)).items;
    assert.equal(uplink.f_port, 2);
    await press("Escape");
    await closed();
    await focusIs("Send a test uplink");
  });

  await step("an RPC is called from its form", async () => {
    await enter("Call an RPC");
    await focusIs("RPC");
    await page.keyboard.type("set_cov");
    await type(/^Change of value/, "1.5");
    await tabTo(/^mode/);
    await press("ArrowDown", "ArrowDown");
    await enter("Call it");
    await dialog.getByText("It ran and asked for actions: 1.").waitFor();
    const { cov, mode } = (await device()).server_attrs;
    assert.deepEqual({ cov, mode }, { cov: 1.5, mode: "eco" });
    await enter("See what happened");
    await page.getByRole("heading", { name: /Call of set_cov/ }).waitFor();
  });
});

test("an integrator writes scripts by keyboard", async (t) => {
  const { call, page, dialog, press, focused, focusIs, tabTo, enter, type, closed, step, takeBack } = await start(t);
  const script = () => call("GET", "/scripts/rpc/double");
  const source = "Source of double";
  const write = async (text) => {
    await tabTo(source);
    await press("ControlOrMeta+a");
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await press("ControlOrMeta+v");
  };
  const publish = async () => {
    await enter("Publish…");
    await settled(page);
    await focusIs("Publish");
    await press("Enter");
    await closed();
  };

  await step("a script is begun, written, explained and left", async () => {
    await signInByKeyboard(page, { at: "/scripts" });
    await enter("New script");
    await tabTo(/^Trigger/);
    await press("ArrowDown"); // an RPC
    await type("Name", "double");
    await tabTo(/^JavaScript/);
    await press("ArrowDown", "ArrowUp");
    await enter("Write it");
    await page.locator(".bench-code .cm-content").waitFor();
    await write("function rpc_script({ params }) {\n  return oops oops;\n}\n");
    await page.locator(".check-line.error").waitFor();
    await enter(/^Line 2/, "Enter"); // to where the mistake is
    await focusIs(source);
    await write(doubled);
    await page.getByText("Compiles.").waitFor();
    await press("ControlOrMeta+Home");
    for (const _ of "function rpc_script({ de") await press("ArrowRight");
    await press("F1");
    await page.locator(".name-doc").waitFor();
    await press("Escape");
    await page.locator(".name-doc").waitFor({ state: "detached" });
    await press("Escape", "Tab");
    await until(async () => (await focused()) !== source, "the editor is left");
  });

  await step("it is run dry on a device and saved as a case", async () => {
    await enter("Device…");
    await focusIs("Name or EUI");
    await page.keyboard.type("Cold");
    await enter(/^Cold room 2/);
    await closed();
    await page.getByText("a84041000181c061").first().waitFor();
    await enter(/^params/);
    await tabTo("params");
    await press("ControlOrMeta+a");
    await page.keyboard.insertText('{ "n": 4 }');
    await press("ControlOrMeta+Enter");
    await page.locator(".report").getByText("8", { exact: true }).first().waitFor();
    await publish();
    assert.equal((await script()).version, 1);
    await enter("Save as case…");
    await focusIs("Name of the case");
    await page.keyboard.type("four");
    await press("Enter");
    await closed();
    await enter("Recorded uplink…");
    await enter(/°C|temperature/);
    await closed();
    await enter("Case…");
    await enter(/^four/);
    await closed();
    await page.getByText("Inputs: the case “four”.").waitFor();
  });

  await step("cases are run, opened and removed", async () => {
    await enter("Cases");
    await enter("Run all cases");
    await page.getByText("1 of 1 pass").waitFor();
    await enter("Open in dry run");
    await page.locator(".bench-code .cm-content").waitFor();
    await enter("Cases");
    await enter("Remove four");
    const many = async () => (await call("GET", "/scripts/rpc/double/cases")).items.length;
    await until(async () => (await many()) === 0, "it is removed");
    await takeBack(async () => (await many()) === 1, "it is back");
  });

  await step("parameters are declared and put in order", async () => {
    await enter("Parameters");
    await enter("Add parameter");
    await type("Name", "n");
    await type("Default", "2");
    await enter("Add parameter");
    await tabTo("Remove Parameter 2");
    for (const field of ["Options", "Unit", "Default", "Shown as", "Type", "Name"]) await tabTo(field, { back: true });
    await page.keyboard.type("m");
    await enter("Move m up");
    await focusIs("Move m down"); // there is no further up
    await press("Enter");
    await focusIs("Move m up");
    await press("Enter");
    await enter("Remove n");
    await publish();
    assert.deepEqual((await script()).params.map(({ name }) => name), ["m"]);
  });

  await step("versions are compared, unfolded and rolled back", async () => {
    await enter("Editor");
    await page.locator(".bench-code .cm-content").waitFor();
    await write(doubled.replace("* 2", "* 3"));
    await page.getByText("kept in this tab").first().waitFor();
    await enter("Discard my changes");
    await page.locator(".toast").waitFor();
    await press("Control+z");
    await page.getByText("kept in this tab").first().waitFor();
    await publish();
    await enter("Versions");
    await enter(/^Version 2/);
    await settled(page);
    await tabTo(/unchanged lines/);
    const folds = () => page.evaluate(() => document.querySelector(".diff-room").shadowRoot.querySelectorAll(".cm-collapsedLines").length);
    const before = await folds();
    await press("Enter");
    await until(async () => (await folds()) < before, "the lines unfold");
    await tabTo("Roll back to version 2", { back: true });
    await press("Enter");
    await until(async () => (await script()).version === 2, "it is rolled back");
  });

  await step("it is mounted on devices and on all", async () => {
    await enter("Mounts");
    await enter("Mount on a device");
    await enter(/^Loading dock/);
    await until(async () => (await script()).mounts.length === 1, "it is mounted");
    await enter("Take it off a84041000181c062");
    await until(async () => (await script()).mounts.length === 0, "it is off");
    for (const wide of [true, false]) {
      await enter(/^On every device of the organisation/, "Space");
      await until(async () => (await script()).org_wide === wide, `on every device: ${wide}`);
    }
  });

  await step("it is described and deleted", async () => {
    await enter("Remark and tags");
    await focusIs("Remark");
    await page.keyboard.type("Doubles n.");
    await enter("Save");
    await closed();
    assert.equal((await script()).remark, "Doubles n.");
    await enter("Remark and tags");
    await enter("Delete double");
    await focusIs("Keep it");
    await enter("Delete double");
    await page.getByRole("heading", { name: "Scripts", exact: true }).waitFor();
    await until(async () => !(await call("GET", "/scripts?kind=rpc")).items.some(({ name }) => name === "double"), "it is gone");
  });

  await step("a paused script is resumed", async () => {
    await call("PUT", "/scripts/rpc/deep", { source: "function rpc_script() { return deeper(); }\nfunction deeper() { return deeper() + 1; }\n", org_wide: true });
    const rpc = { jsonrpc: "2.0", id: 3, method: "deep", params: { _eui: room.eui } };
    const paused = async () => (await call("GET", "/scripts/rpc/deep")).paused;
    await until(async () => (await call("POST", "/rpc", rpc), await paused()), "it is paused");
    await visit(page, "/scripts/rpc/deep");
    await enter("Resume now");
    await until(async () => !(await paused()), "it is resumed");
  });
});
