import { FileCode, type LucideIcon, Router } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { findNamed } from "../api/names";
import { kindWord } from "../components/Badge";
import { Dialog } from "../components/Dialog";
import { t } from "../i18n";
import type { Page } from "../pages";
import { go, path } from "../route";

interface Target {
  icon: LucideIcon;
  name: string;
  what: string;
  address: string;
}

const pause = 120; // milliseconds without a key before the server is asked

/** Opens at Ctrl K or ⌘ K: pages, devices and scripts by name. */
export function useGoToKey(open: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault(); // the browser's own search
      if (!document.querySelector("dialog[open]")) open();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** One box to go anywhere. */
export function GoTo({ pages, onClose }: { pages: Page[]; onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const named = useNamed(text.trim(), pages);
  const targets = [...pagesCalled(text.trim(), pages), ...named];
  const current = targets[Math.min(at, targets.length - 1)];

  useEffect(() => document.getElementById("go-to-" + at)?.scrollIntoView({ block: "nearest" }), [at]);

  const visit = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    go(target.address);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && targets.length) setAt((at + step + targets.length) % targets.length);
    else if (event.key === "Enter") visit(current);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={t("go_to.title")} onClose={onClose}>
      <div class="go-to">
        <input role="combobox" aria-expanded="true" aria-controls="go-to-list" aria-activedescendant={current && "go-to-" + targets.indexOf(current)}
          aria-label={t("go_to.title")} placeholder={t("go_to.placeholder")} value={text} autocomplete="off" spellcheck={false} data-autofocus
          onInput={(event) => (setText(event.currentTarget.value), setAt(0))} onKeyDown={onKeyDown} />
        <div role="listbox" id="go-to-list" aria-label={t("go_to.title")}>
          {targets.map((target, index) => (
            <div key={target.address} role="option" id={"go-to-" + index} aria-selected={target === current}
              onPointerMove={() => setAt(index)} onClick={() => visit(target)}>
              <target.icon aria-hidden />
              <span>{target.name}</span>
              <span class="muted">{target.what}</span>
            </div>
          ))}
        </div>
        {targets.length === 0 && <p class="muted">{t("go_to.nothing")}</p>}
        <p class="key-hints" aria-hidden>
          <kbd>↑</kbd> <kbd>↓</kbd> {t("go_to.hint")} · <kbd>Enter</kbd> {t("keys.open")} · <kbd>Esc</kbd> {t("close")}
        </p>
      </div>
    </Dialog>
  );
}

function pagesCalled(text: string, pages: Page[]): Target[] {
  return pages
    .filter((page) => t(page.title).toLowerCase().includes(text.toLowerCase()) || page.name.startsWith(text.toLowerCase()))
    .map((page) => ({ icon: page.icon, name: t(page.title), what: t("go_to.page"), address: path(page.name) }));
}

/** The devices and scripts with text in their names, once the typing pauses. */
function useNamed(text: string, pages: Page[]): Target[] {
  const [found, setFound] = useState<Target[]>([]);
  useEffect(() => {
    if (!text || !pages.some((page) => page.needs === "read")) return setFound([]);
    let stale = false;
    const due = setTimeout(async () => {
      const { devices, scripts } = await findNamed(text).catch(() => ({ devices: [], scripts: [] })); // pages can be gone to all the same
      if (stale) return;
      setFound([
        ...devices.map(({ eui, name }) => ({ icon: Router, name: name === eui ? eui : `${name} · ${eui}`, what: t("go_to.device"), address: path("devices", eui) })),
        ...scripts.map(({ kind, name }) => ({ icon: FileCode, name, what: kindWord(kind), address: path("scripts", kind, name) })),
      ]);
    }, pause);
    return () => {
      stale = true;
      clearTimeout(due);
    };
  }, [text]);
  return found;
}
