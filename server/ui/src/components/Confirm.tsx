import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { explain } from "./problem";

interface Props {
  title: string; // names the thing
  children: ComponentChildren; // what it means
  action: string; // what the button does, in words
  keep?: string;
  danger?: boolean;
  act: () => Promise<unknown>; // false: it was not done, and the question stays
  onClose: () => void;
}

/** Asks before something that cannot be undone. Enter by mistake does nothing: the focus is on the way out. */
export function Confirm({ title, children, action, keep, danger = true, act, onClose }: Props) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      if ((await act()) !== false) return onClose();
    } catch (problem) {
      setFailure(explain(problem));
    }
    setBusy(false);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="confirm-text">{children}</div>
      <Failure text={failure} />
      <div class="dialog-foot">
        <button type="button" class="button" data-autofocus onClick={onClose}>
          {keep ?? t("keep")}
        </button>
        <button type="button" class={danger ? "button danger" : "button primary"} disabled={busy} onClick={() => void go()}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
