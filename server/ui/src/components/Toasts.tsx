import { signal } from "@preact/signals";
import { CircleAlert, CircleCheck, X } from "lucide-preact";
import { t } from "../i18n";
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

export function Toasts() {
  const shown = toast.value;
  return (
    <div class="toasts" role="status">
      {shown && (
        <div class={shown.failed ? "toast failed" : "toast"} onMouseEnter={() => clearTimeout(hide)}>
          {shown.failed ? <CircleAlert aria-hidden /> : <CircleCheck aria-hidden />}
          <p>{shown.text}</p>
          {shown.undo && (
            <button type="button" class="button quiet" onClick={() => void takeBack(shown.undo!)}>
              {t("undo")}
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
