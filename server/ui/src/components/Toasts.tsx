import { signal } from "@preact/signals";
import { CircleAlert, CircleCheck, X } from "lucide-preact";
import { t } from "../i18n";

interface Toast {
  text: string;
  failed: boolean;
}

const toast = signal<Toast | undefined>(undefined);
let hide: ReturnType<typeof setTimeout>;

/** Tells what happened, at the edge of the page, for some seconds. */
export function say(text: string, { failed = false } = {}) {
  toast.value = { text, failed };
  clearTimeout(hide);
  hide = setTimeout(dismiss, 8000);
}

const dismiss = () => {
  toast.value = undefined;
};

export function Toasts() {
  const shown = toast.value;
  return (
    <div class="toasts" role="status">
      {shown && (
        <div class={shown.failed ? "toast failed" : "toast"} onMouseEnter={() => clearTimeout(hide)}>
          {shown.failed ? <CircleAlert aria-hidden /> : <CircleCheck aria-hidden />}
          <p>{shown.text}</p>
          <button type="button" class="icon-button" aria-label={t("close")} onClick={dismiss}>
            <X aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
