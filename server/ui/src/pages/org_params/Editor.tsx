import type { TargetedEvent } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type OrgParam, type OrgParamChange, saveOrgParam } from "../../api/org_params";
import { Chips } from "../../components/Chips";
import { Dialog } from "../../components/Dialog";
import { Field, type InputTies } from "../../components/Field";
import { explain } from "../../components/problem";
import { now } from "../../components/Time";
import { say } from "../../components/Toasts";
import { day, t } from "../../i18n";
import { orgName } from "../../session";
import { type Draft, type Errors, byField, check, draftOf, hostIn, hostOf, isSame, toChange } from "./draft";
import { dueAfter, rotation } from "./rotation";
import { Story } from "./Story";

interface Props {
  param: OrgParam | undefined; // absent: a new one
  newKey: string | undefined; // what its key may be
  existing: OrgParam[];
  onClose: () => void;
  onSaved: (key: string) => void;
}

/** Adds or changes a parameter, in a sheet beside the list. */
export function Editor({ param, newKey, existing, onClose, onSaved }: Props) {
  const [before] = useState(() => draftOf(param, newKey));
  const [draft, setDraft] = useState(before);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);

  const set = (change: Partial<Draft>) => {
    setDraft((draft) => ({ ...draft, ...change }));
    setErrors((errors) => Object.fromEntries(Object.entries(errors).filter(([name]) => !(name in change))));
    setLeaving(false);
  };
  const close = () => (isSame(draft, before) || leaving ? onClose() : setLeaving(true));

  const save = async (event?: Event) => {
    event?.preventDefault();
    const wrong = check(draft, param, existing);
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    try {
      const change: OrgParamChange = toChange(draft);
      await saveOrgParam(draft.key, change);
      say(t(change.value === undefined ? "org_params.saved" : "org_params.saved_value", { key: draft.key, org: orgName() }));
      onSaved(draft.key);
    } catch (problem) {
      setErrors(problem instanceof Problem && problem.status === 422 ? byField(problem) : { form: explain(problem) });
      setBusy(false);
    }
  };

  return (
    <Dialog place="side" title={param ? <code>{param.key}</code> : t("org_params.add")} onClose={close}>
      <form class="form sheet-form" onSubmit={save} noValidate
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(event);
        }}>
        {errors.form && (
          <p class="form-error" role="alert">
            {errors.form}
          </p>
        )}
        {!param && (
          <Field label={t("org_params.key")} error={errors.key} hint={<KeyHint name={draft.key} />}>
            {(ties) => (
              <input {...ties} class="mono" name="key" value={draft.key} autocomplete="off" autocapitalize="off" spellcheck={false}
                data-autofocus={newKey ? undefined : ""} onInput={(event) => set({ key: event.currentTarget.value.trim() })} />
            )}
          </Field>
        )}
        <ValueField param={param} draft={draft} set={set} error={errors.value} autofocus={Boolean(newKey)} />
        <Field label={t("org_params.remark")} hint={t("org_params.remark_hint")} error={errors.remark}>
          {(ties) => (
            <input {...ties} name="remark" value={draft.remark} autocomplete="off" data-autofocus={param ? "" : undefined}
              onInput={(event) => set({ remark: event.currentTarget.value })} />
          )}
        </Field>
        <Grants draft={draft} set={set} errors={errors} />
        <Field label={t("org_params.rotate_every")} error={errors.rotate_days} hint={<RotateHint draft={draft} param={param} />}>
          {(ties) => (
            <span class="with-unit">
              <input {...ties} name="rotate_days" inputMode="numeric" value={draft.rotate_days} placeholder="—" autocomplete="off"
                onInput={(event) => set({ rotate_days: event.currentTarget.value.trim() })} />
              {t("org_params.days")}
            </span>
          )}
        </Field>
        <SecretField draft={draft} set={set} />
        {param && <Story param={param} />}
        <footer class="dialog-foot" role="group">
          {leaving ? (
            <>
              <p role="alert">{t("discard_ask")}</p>
              <button type="button" class="button danger" onClick={onClose}>
                {t("discard")}
              </button>
              {/* With a key, or this very button would be the one that saves before its press is over. */}
              <button key="keep" type="button" class="button" onClick={() => setLeaving(false)}>
                {t("keep_editing")}
              </button>
            </>
          ) : (
            <>
              <button type="button" class="button" onClick={close}>
                {t("cancel")}
              </button>
              <button key="save" type="submit" class="button primary" disabled={busy}>
                {busy ? t("saving") : t("save")}
              </button>
            </>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

/** The value goes in and does not come back: an empty box keeps the one that is stored. */
function ValueField({ param, draft, set, error, autofocus }: PartProps & { param: OrgParam | undefined; error: string | undefined; autofocus: boolean }) {
  const input = (ties: InputTies) => (
    <textarea {...ties} class="mono" name="value" rows={3} value={draft.value} autocomplete="off" autocapitalize="off" spellcheck={false}
      placeholder={param ? t("org_params.value_kept") : ""} data-autofocus={autofocus ? "" : undefined}
      onInput={(event: TargetedEvent<HTMLTextAreaElement>) => set({ value: event.currentTarget.value })} />
  );
  return (
    <Field label={t(param ? "org_params.new_value" : "org_params.value")} error={error} hint={t(param ? "org_params.new_value_hint" : "org_params.value_hint")}>
      {input}
    </Field>
  );
}

function Grants({ draft, set, errors }: PartProps & { errors: Errors }) {
  const host = hostOf(draft.value);
  return (
    <>
      <Field label={t("org_params.hosts")} hint={t("org_params.hosts_hint")} error={errors.hosts}>
        {(ties) => <Chips {...ties} items={draft.hosts} tidy={hostIn} placeholder={t("org_params.any_host")} onChange={(hosts) => set({ hosts })} />}
      </Field>
      {host && draft.hosts.length === 0 && (
        <button type="button" class="link suggestion" onClick={() => set({ hosts: [host] })}>
          {t("org_params.only_host", { host })}
        </button>
      )}
      <Field label={t("org_params.scripts")} hint={t("org_params.scripts_hint")} error={errors.scripts}>
        {(ties) => <Chips {...ties} items={draft.scripts} placeholder={t("org_params.all_scripts")} onChange={(scripts) => set({ scripts })} />}
      </Field>
    </>
  );
}

function SecretField({ draft, set }: PartProps) {
  return (
    <label class="check">
      <input type="checkbox" name="secret" checked={draft.secret} onChange={(event) => set({ secret: event.currentTarget.checked })} />
      <span>
        {t("org_params.secret")}
        <span class="field-hint">{t("org_params.secret_hint")}</span>
      </span>
    </label>
  );
}

const asRead = (key: string) => (/[.-]/.test(key) ? `org_params["${key}"]` : `org_params.${key}`);

function KeyHint({ name }: { name: string }) {
  return (
    <>
      {t("org_params.key_hint")} <code>{asRead(name || "…")}</code>
    </>
  );
}

/** When to replace it: the day is known for a value that is stored with this form, or was with this number. */
function RotateHint({ draft, param }: { draft: Draft; param: OrgParam | undefined }) {
  const days = Number(draft.rotate_days) || 0;
  if (!days) return <>{t("org_params.rotate_hint")}</>;
  if (!param || draft.value) return <>{t("org_params.rotate_due", { day: day(dueAfter(days, now.value)) })}</>;
  const stored = days === param.rotate_days && rotation(param, now.value);
  return <>{stored ? t("org_params.rotate_due", { day: day(stored.due) }) : t("org_params.rotate_from_change")}</>;
}
