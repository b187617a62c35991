import { useEffect, useRef } from "preact/hooks";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { codeOf } from "./draft";
import type { Bench } from "./ScriptPage";

/** What there is to know of the code that is not published: where it is kept, and when it is not the newest. */
export function DraftNotice({ bench: { name, script, work, writes } }: { bench: Bench }) {
  const overtaken = script && !script.library && work.dirty && work.base !== script.version;
  const left = useRef({ dirty: work.dirty, name });
  left.current = { dirty: work.dirty, name };
  // Whoever goes to another page is told that nothing is lost; the browser asks by itself when the tab goes.
  useEffect(() => () => void (left.current.dirty && say(t("scripts.draft_kept", { name: left.current.name }))), []);

  if (script?.library && writes && !work.dirty) return <p class="notice">{t("scripts.library_note")}</p>;
  if (!work.dirty) return null;
  const discard = () => {
    const before = codeOf(work.code);
    const base = work.base;
    if (script) work.restart(codeOf(script), script.version);
    say(t("scripts.discarded"), { undo: async () => work.restart(before, base) });
  };
  return (
    <p class={overtaken ? "notice warn" : "notice"}>
      <span>{overtaken ? t("scripts.overtaken", { version: script.version, base: work.base }) : t(script ? "scripts.draft" : "scripts.draft_new")}</span>{" "}
      {overtaken && (
        <button type="button" class="link" onClick={() => work.rebase(script.version)}>
          {t("scripts.go_on")}
        </button>
      )}{" "}
      {script && (
        <button type="button" class="link" onClick={discard}>
          {t("scripts.discard")}
        </button>
      )}
    </p>
  );
}
