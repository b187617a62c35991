// What reacts to a pointer must be reached by keyboard, be seen to have the focus, and give it back.
import assert from "node:assert/strict";

/** Remembers who listens to a pointer: a div with a handler looks like any other div. Before the first page. */
export async function watchListeners(context) {
  await context.addInitScript(() => {
    const pointer = /^(click|dblclick|contextmenu|(mouse|pointer)(down|up|enter|over|move)|touchstart|dragstart|drop)$/;
    const heard = (globalThis.heard = new WeakMap());
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (this instanceof Element && (pointer.test(type) || type.startsWith("focus"))) heard.set(this, (heard.get(this) ?? new Set()).add(type));
      return add.call(this, type, ...rest);
    };
  });
}

/** In the page: what the steps below share. Installed once a document. */
function install() {
  if (globalThis.reach) return;
  const hover = /^(mouse|pointer)(enter|over|move)$/;
  const control = "a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [draggable=true], [onclick], " +
    "[role=button], [role=menuitem], [role=tab], [role=switch], [role=option], [role=checkbox], [role=slider], [role=combobox]";
  // CodeMirror listens on all of its own parts for its text, which is one place for the keyboard.
  const partOfText = ".cm-editor, .cm-content, .cm-scroller, .cm-gutter, .cm-gutters, .cm-mergeView";

  /** The elements below root, those in shadow roots with them. */
  function* below(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* below(element.shadowRoot);
    }
  }
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const parent = (element) => element.parentElement ?? element.getRootNode().host;
  const contains = (outer, inner) => {
    for (let at = inner; at; at = parent(at)) if (at === outer) return true;
    return false;
  };
  const active = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  };
  let whole = false; // the frame too, and not only the page in it
  const scope = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? ((!whole && document.querySelector("main#page")) || document.body);
  const name = (element) =>
    `<${element.localName}${[...element.attributes].filter(({ name }) => /^(class|role|name|type|href|aria-label)$/.test(name)).map(({ name, value }) => ` ${name}="${value}"`).join("")}> ${element.textContent.trim().slice(0, 40)}`;

  /** How an element and what is around it look: one of them shows where the focus is. */
  const look = (element) => {
    const looks = [];
    for (let at = element, up = 0; at && up < 4; at = parent(at), up++) {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(at);
      looks.push([outlineStyle, outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor].join());
    }
    return looks.join("|");
  };
  /** Whether at least a corner of the element is not under something else. */
  const uncovered = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 2, top + 2], [right - 2, bottom - 2], [left + 2, bottom - 2], [right - 2, top + 2]];
    return points.some(([x, y]) => {
      let at = document.elementFromPoint(x, y);
      while (at?.shadowRoot?.elementFromPoint(x, y)) {
        const inner = at.shadowRoot.elementFromPoint(x, y);
        if (inner === at) break;
        at = inner;
      }
      return at && (contains(element, at) || contains(at, element) || [...(element.labels ?? [])].some((label) => contains(label, at)));
    });
  };

  const reached = new Set();
  const faults = [];
  let last;
  const leave = () => {
    if (last?.element.isConnected && last.look === look(last.element)) faults.push(`the focus is not seen on ${name(last.element)}`);
    last = undefined;
  };

  /** Takes note of where the focus is; says whether the round is over, and what has to be pressed to go on. */
  const step = () => {
    const element = active();
    if (element !== last?.element) leave();
    if (!element || element === document.body) return { done: reached.size > 0 && !scope().matches("dialog") }; // a dialog's round goes on at its top
    if (!contains(scope(), element)) return { outside: name(element) };
    if (element.matches("main")) return {}; // where the round began
    if (element === last?.element && reached.size === 1 && scope().matches("dialog")) { // it has one place only
      element.blur();
      leave();
      element.focus();
      return { done: true };
    }
    if (element === last?.element) return element.matches("[type=time]") ? {} : { stuck: name(element), editor: element.matches(".cm-content") };
    if (reached.has(element)) return { done: true };
    reached.add(element);
    if (!uncovered(element)) faults.push(`the focus is covered on ${name(element)}`);
    last = { element, look: look(element) };
    if (element.matches(".cm-content") && !element.ariaReadOnly && !element.getAttribute("aria-description")) faults.push(`an editor does not say how it is left: ${name(element)}`);
    return { editor: element.matches(".cm-content"), radio: element.matches("[type=radio]"), list: element.getAttribute("aria-activedescendant") };
  };

  const isReached = (element) =>
    reached.has(element) ||
    (element.matches("label") && element.control && (element.control.disabled || reached.has(element.control))) ||
    (element.matches("[role=row]") && [...element.querySelectorAll("a[data-row]")].some((link) => reached.has(link))) ||
    (element.matches("dialog")) || // a press beside it does what Escape does
    (element.matches(partOfText) && [...below(element.getRootNode())].some((part) => part.matches(".cm-content") && reached.has(part)));

  /** What reacts to a pointer and was not reached. */
  const missed = () => {
    leave();
    const root = scope();
    const charts = [...reached].filter((element) => element.querySelector(".uplot"));
    const found = [];
    for (const element of below(root)) {
      if (element.tabIndex > 0) found.push(`tabindex above 0: ${name(element)}`);
      if (!seen(element) || element.matches(":disabled")) continue;
      const kinds = [...(globalThis.heard.get(element) ?? [])];
      const presses = kinds.filter((kind) => !hover.test(kind) && !kind.startsWith("focus"));
      const hovers = kinds.filter((kind) => hover.test(kind));
      const byCursor = getComputedStyle(element).cursor === "pointer" && getComputedStyle(parent(element)).cursor !== "pointer";
      if (!element.matches(control) && !presses.length && !hovers.length && !byCursor) continue;
      if (isReached(element) || charts.some((chart) => chart.contains(element))) continue;
      // What reacts to a pointer that passes over has to react to the focus that comes in.
      if (!element.matches(control) && !presses.length && !byCursor && kinds.some((kind) => kind.startsWith("focus"))) continue;
      found.push(`not reached: ${name(element)} ${kinds.join(" ")}`);
    }
    return [...faults, ...found];
  };
  const begin = (all) => {
    reached.clear();
    faults.splice(0);
    last = undefined;
    whole = all;
  };
  /** How much there is to reach: more than before when something has come in meanwhile. */
  const size = () => [...below(scope())].filter((element) => element.matches(control) && seen(element) && !element.matches(":disabled")).length;
  globalThis.reach = { step, missed, size, active, reached, begin };
}

const mostStops = 250;

/**
 * Goes round the page, or the dialog that is open, with Tab, and within lists and groups with arrows. Fails for all
 * that reacts to a pointer and was not reached, and where the focus is not seen. frame: what is around the page, too.
 * Returns how many places there are.
 */
export async function assertReachable(page, where, { frame = false } = {}) {
  await page.evaluate(install);
  for (let rounds = 0; rounds < 5; rounds++) {
    const { before, after, missed, count } = await goRound(page, where, frame);
    if (before !== after) continue; // something came in or went away: what is there now is gone round again
    assert.deepEqual(missed, [], where);
    return count;
  }
  assert.fail(`${where}: it does not come to rest`);
}

async function goRound(page, where, frame) {
  const { inDialog, before } = await page.evaluate((frame) => {
    globalThis.reach.begin(frame);
    const inDialog = Boolean(document.querySelector("dialog:modal"));
    if (!inDialog) document.querySelector(frame ? "a.skip" : "main#page")?.focus();
    return { inDialog, before: globalThis.reach.size() };
  }, frame);
  if (frame) for (const key of ["Tab", "Shift+Tab"]) await page.keyboard.press(key); // now it is a keyboard's focus, and shown
  let escape = false;
  for (let stops = 0; ; stops++) {
    assert.ok(stops < mostStops, `${where}: Tab does not come round`);
    const at = await page.evaluate(() => globalThis.reach.step());
    assert.ok(!inDialog || !at.outside, `${where}: the focus leaves the dialog for ${at.outside}`);
    if (at.done || at.outside) break;
    assert.ok(!at.stuck || (at.editor && !escape), `${where}: Tab does not leave ${at.stuck}`);
    if (at.radio) await alongRadios(page);
    if (at.list) await alongList(page);
    escape = Boolean(at.editor);
    if (escape) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
  }
  return page.evaluate((before) => ({ before, after: globalThis.reach.size(), missed: globalThis.reach.missed(), count: globalThis.reach.reached.size }), before);
}

/** Tab goes to the chosen one of a group, arrows to the others and round to it again. */
async function alongRadios(page) {
  const many = await page.evaluate(() => [...document.querySelectorAll(`[type=radio][name="${globalThis.reach.active().name}"]`)].length);
  for (let press = 0; press < many; press++) {
    await page.keyboard.press("ArrowDown");
    await page.evaluate(() => globalThis.reach.step());
  }
  await page.evaluate(() => globalThis.reach.step());
}

/** The focus stays in the box, the arrows name one after the other of its list. */
async function alongList(page) {
  const many = await page.evaluate(() => document.getElementById(globalThis.reach.active().getAttribute("aria-controls")).querySelectorAll("[role=option]").length);
  for (let press = 0; press < many; press++) {
    await page.evaluate(() => {
      const option = document.getElementById(globalThis.reach.active().getAttribute("aria-activedescendant"));
      const box = option?.getBoundingClientRect();
      const at = box && document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      if (option?.contains(at)) globalThis.reach.reached.add(option);
    });
    await page.keyboard.press("ArrowDown");
  }
}
