import { useEffect, useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type CaseOutcome, publish, rollBack, runCases, type Script } from "../../api/scripts";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { Diff } from "../../editor/Diff";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { orgName } from "../../session";
import { sameParams } from "./draft";
import type { Bench } from "./ScriptPage";

/** Shows what would change, and publishes it. */
export function Publish({ bench, onClose }: { bench: Bench; onClose: () => void }) {
  const { kind, name, script, work } = bench;
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const own = script && !script.library ? script : undefined;
  const overtaken = own && work.base !== own.version ? own.version : 0;

  const send = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const published = await publish(kind, name, work.code, work.base);
      await bench.reload();
      work.finish();
      say(t("scripts.published", { version: published.version, name, org: orgName() }) + " " + whereWords(own), own && { undo: async () => {
        await rollBack(kind, name, own.version);
        await bench.reload();
      } });
      onClose();
    } catch (problem) {
      // Somebody else was faster: the dialog shows their version, and asks.
      if (problem instanceof Problem && problem.status === 409) await bench.reload();
      else setRefusal(explain(problem));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("scripts.publish_title", { name })} onClose={onClose}>
      <div class="publish">
        {own ? (
          <Diff before={own.source} after={work.code.source} syntax={work.code.language}
            labels={{ before: t("scripts.version", { version: own.version }), after: t("scripts.your_version") }} />
        ) : (
          <p>{t(script ? "scripts.publish_override" : "scripts.publish_new", { name })}</p>
        )}
        {own && own.source === work.code.source && <p class="muted">{t("scripts.source_same")}</p>}
        {own && !sameParams(own.params, work.code.params) && <p>{t("scripts.params_changed")}</p>}
        {script && <CasesLine bench={bench} />}
        <Failure text={refusal} />
        {overtaken > 0 && (
          <p class="notice warn" role="alert">
            {t("scripts.overtaken", { version: overtaken, base: work.base })}{" "}
            <button type="button" class="link" onClick={() => work.rebase(overtaken)}>
              {t("scripts.go_on")}
            </button>
          </p>
        )}
        <div class="dialog-foot">
          <p class="muted small">{whereWords(own)}</p>
          <button type="button" class="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" class="button primary" data-autofocus disabled={busy || overtaken > 0} onClick={() => void send()}>
            {t("scripts.publish_do")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** Where the version will run. */
function whereWords(script: Script | undefined): string {
  if (!script) return t("scripts.runs_nowhere");
  if (script.org_wide) return t("scripts.runs_everywhere");
  return script.mounts.length ? t("scripts.runs_on", { count: count(script.mounts.length) }) : t("scripts.runs_nowhere");
}

/** Whether the saved cases still come out as they should. */
function CasesLine({ bench: { kind, name, work } }: { bench: Bench }) {
  const [outcomes, setOutcomes] = useState<CaseOutcome[]>();
  useEffect(() => {
    // What the cases say is good to know, and no condition.
    runCases(kind, name, work.code).then(setOutcomes, () => {});
  }, []);
  if (!outcomes?.length) return null;
  const failed = outcomes.filter(({ ok }) => !ok);
  return (
    <p class={failed.length ? "error-text" : "good-text"} role="status">
      {failed.length ? t("scripts.cases_failed", { failed: failed.length, all: outcomes.length, names: failed.map(({ name }) => name).join(", ") }) : t("scripts.cases_passed", { all: outcomes.length })}
    </p>
  );
}
