import { signal } from "@preact/signals";
import { CircleAlert, CircleCheck, X } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { commandKey } from "./keys";
import { isTyping } from "./ListKeys";
import { explain } from "./problem";

interface Toast {
  text: string;
  failed: boolean;
  undo: (() => Promise<void>) | undefined;
}

const toast = signal<Toast | undefined>(undefined);
let hide: ReturnType<typeof setTimeout>;

/** Tells what happened, at the edge of the page, for some seconds. undo: takes it back at a press. */
export function say(text: string, { failed = false, undo }: { failed?: boolean; undo?: () => Promise<void> } = {}) {
  toast.value = { text, failed, undo };
  clearTimeout(hide);
  hide = setTimeout(dismiss, 8000);
}

// The dialogs that are open, the innermost last. What is around it cannot be pressed: it is told in there.
const rooms = signal<string[]>([]);

/** Has everything told in a dialog, by the name of its Toasts; what it returns ends that. */
export function openRoom(name: string): () => void {
  rooms.value = [...rooms.peek(), name];
  return () => (rooms.value = rooms.peek().filter((other) => other !== name));
}

const dismiss = () => {
  toast.value = undefined;
};

async function takeBack(undo: () => Promise<void>) {
  dismiss();
  try {
    await undo();
    say(t("undone"));
  } catch (problem) {
    say(explain(problem), { failed: true });
  }
}

/** Ctrl Z or ⌘ Z takes back what a toast tells of: there is little time to walk to its button. */
function useUndoKey() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const undo = toast.peek()?.undo;
      const [target] = event.composedPath();
      const ofText = isTyping(target ?? null) && !(target instanceof HTMLInputElement && target.value === "");
      if (!undo || ofText || event.defaultPrevented || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      void takeBack(undo);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** What is told on the page while no dialog is open. */
export function PageToasts() {
  useUndoKey();
  return <Toasts room="" />;
}

export function Toasts({ room }: { room: string }) {
  const shown = (rooms.value.at(-1) ?? "") === room ? toast.value : undefined;
  const keep = () => clearTimeout(hide);
  return (
    <div class="toasts" role="status">
      {shown && (
        <div class={shown.failed ? "toast failed" : "toast"} onMouseEnter={keep} onFocusIn={keep}>
          {shown.failed ? <CircleAlert aria-hidden /> : <CircleCheck aria-hidden />}
          <p>{shown.text}</p>
          {shown.undo && (
            <button type="button" class="button quiet" aria-keyshortcuts="Control+Z Meta+Z" onClick={() => void takeBack(shown.undo!)}>
              {t("undo")} <kbd aria-hidden>{commandKey("Z")}</kbd>
            </button>
          )}
          <button type="button" class="icon-button" aria-label={t("close")} onClick={dismiss}>
            <X aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
