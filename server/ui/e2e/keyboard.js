// Hands for the keyboard alone: no click, no fill, no pointer.
import assert from "node:assert/strict";
import { admin, until } from "./support.js";

/** Goes to an address as one who types it: nothing is left over from the page before. */
export async function visit(page, address) {
  await page.goto(address);
  await page.locator("main h1, dialog h2").first().waitFor();
  await settled(page);
}

/** What comes later than its page has come. */
export async function settled(page) {
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await until(() => page.evaluate(() => [...document.querySelectorAll(".chart")].every((chart) => chart.querySelector(".u-over"))), "the charts are drawn");
  await until(() => page.evaluate(() => [...document.querySelectorAll(".diff-room")].every((room) => room.shadowRoot?.querySelector(".cm-content"))), "the differences are shown");
}

/** Signs in by keyboard; the first field has the focus. */
export async function signInByKeyboard(page, { name = admin.name, at = "/" } = {}) {
  await page.goto(at);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(admin.password);
  await page.keyboard.press("Enter");
  await page.locator("main#page h1").waitFor();
}

/** What the keys do: press, tabTo a name, enter what has it, type over what stands there. */
export function keyboardOf(page) {
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** The name of what has the focus, as it is told. */
  const focused = () =>
    page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      if (!at || at === document.body) return "";
      const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent;
      return label.replace(/\s+/g, " ").trim();
    });
  const is = (text, name) => (name instanceof RegExp ? name.test(text) : text === name);
  const focusIs = (name) => until(async () => is(await focused(), name), `the focus is on ${name}`);
  /** Presses Tab until the focus is on what has the name. back: the other way round. */
  const tabTo = async (name, { back = false } = {}) => {
    const passed = [];
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) { // it may come in meanwhile
      const at = await focused();
      if (is(at, name)) return;
      passed.push(at);
      if (await page.evaluate(() => Boolean(document.activeElement?.shadowRoot?.activeElement))) await press("Escape"); // an editor takes Tab
      await press(back ? "Shift+Tab" : "Tab");
    }
    assert.fail(`Tab does not reach ${name}, but ${[...new Set(passed)].join(" | ")}`);
  };
  /** Goes there and presses Enter. */
  const enter = async (name, key = "Enter") => {
    await tabTo(name);
    await press(key);
  };
  /** Goes there and types in place of what stands there. */
  const type = async (name, text) => {
    await tabTo(name);
    await press("ControlOrMeta+a");
    await page.keyboard.insertText(text);
  };
  /** Takes back what was just done, as soon as a toast offers it. */
  const takeBack = (holds, what) =>
    until(async () => {
      if (await holds()) return true;
      if (await page.locator(".toast [aria-keyshortcuts]").count()) await press("Control+z");
      return false;
    }, what);
  return { press, focused, focusIs, tabTo, enter, type, takeBack };
}
