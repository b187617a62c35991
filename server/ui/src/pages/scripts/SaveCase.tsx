import { useState } from "preact/hooks";
import { type Expectation, type Report, saveCase } from "../../api/scripts";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import type { Bench } from "./ScriptPage";
import type { Trial } from "./trial";

/** Keeps the inputs, and what came out as what should come out. */
export function SaveCase({ bench: { kind, name }, trial, report, onClose }: { bench: Bench; trial: Trial; report: Report; onClose: () => void }) {
  const [title, setTitle] = useState(trial.origin.from === "case" ? trial.origin.name : "");
  const [compare, setCompare] = useState(true);
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const save = async (event: Event) => {
    event.preventDefault();
    if (!title.trim()) return setError(t("scripts.case_name_missing"));
    const inputs = trial.inputs();
    if (!inputs) return setFailure(t("scripts.bad_part"));
    try {
      await saveCase(kind, name, title.trim(), { ...inputs, ...(compare && { expect: expectationOf(report) }) });
      say(t("scripts.case_saved", { name: title.trim() }));
      onClose();
    } catch (problem) {
      setFailure(explain(problem));
    }
  };
  return (
    <Dialog title={t("scripts.save_case")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void save(event)} noValidate>
        <Failure text={failure} />
        <Field label={t("scripts.case_name")} hint={t("scripts.case_name_hint")} error={error}>
          {(ties) => (
            <input {...ties} data-autofocus value={title} maxLength={200} autocomplete="off" onInput={(event) => (setTitle(event.currentTarget.value), setError(undefined))} />
          )}
        </Field>
        <label class="check">
          <input type="checkbox" checked={compare} onChange={(event) => setCompare(event.currentTarget.checked)} />
          <span>
            {t("scripts.case_compare")}
            <span class="field-hint">{t("scripts.case_compare_hint")}</span>
          </span>
        </label>
        <SaveFoot onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** What this run did is what it should do. */
function expectationOf({ error, result, actions }: Report): Expectation {
  if (error) return { error: error.code };
  return actions?.length ? { actions } : { result: result ?? null };
}
