import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { deleteRule, type Rule, type RuleChange, type RuleEvent, saveRule } from "../../api/notifications";
import { levels, levelWord } from "../../components/Badge";
import { Chips } from "../../components/Chips";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { fieldWords } from "../../i18n/server_words";
import { orgName } from "../../session";
import { changeOf, Sentence } from "./Rules";

const events: RuleEvent[] = ["raise", "change", "clear"];
const variables = ["event", "origin", "device", "eui", "alarm", "level", "title", "desc", "note", "count", "time", "started", "lasted"];

const fresh: RuleChange = { services: [], on: ["raise", "clear"], levels: ["urgent", "high"], alarm_name: "", tags: [], devices: [], template: "", repeat_minutes: 0, enabled: true };

type Errors = Record<string, string | undefined>;

interface Props {
  rule: Rule | undefined; // absent: a new one
  services: string[];
  taken: string[];
  onClose: () => void;
  onDone: () => void;
}

/** Makes a rule or changes one; what it will do stands above as a sentence. */
export function RuleEditor({ rule, services, taken, onClose, onDone }: Props) {
  const [name, setName] = useState("");
  const [draft, setDraft] = useState<RuleChange>(() => (rule ? changeOf(rule) : { ...fresh, services: services.slice(0, 1) }));
  const [repeat, setRepeat] = useState(draft.repeat_minutes ? String(draft.repeat_minutes) : "");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const set = (change: Partial<RuleChange>) => {
    setDraft({ ...draft, ...change });
    setErrors({});
  };

  const save = async (event: Event) => {
    event.preventDefault();
    const called = rule?.name ?? name.trim();
    const wrong = check(draft, repeat);
    if (!called) wrong.name = t("notifications.name_missing");
    else if (!rule && taken.includes(called)) wrong.name = t("notifications.name_taken", { name: called });
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    try {
      const { quiet_hours, ...rest } = draft;
      await saveRule(called, { ...rest, ...(quiet_hours?.from && { quiet_hours }), repeat_minutes: Number(repeat) || 0 });
      say(t("notifications.saved", { name: called, org: orgName() }), rule && { undo: async () => (await saveRule(called, changeOf(rule)), onDone()) });
      onDone();
    } catch (problem) {
      const fields = problem instanceof Problem && problem.status === 422 ? byName(problem.fields) : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
      setBusy(false);
    }
  };
  const remove = async () => {
    await deleteRule(rule!.name);
    say(t("notifications.deleted", { name: rule!.name }), { undo: async () => (await saveRule(rule!.name, changeOf(rule!)), onDone()) });
    onDone();
  };

  return (
    <Dialog place="side" title={rule ? t("notifications.edit_service", { name: rule.name }) : t("notifications.new_rule")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={save} noValidate>
        <div class="snippet rule-preview">
          <Sentence rule={{ ...draft, repeat_minutes: Number(repeat) || 0 }} />
        </div>
        <Failure text={errors.form} />
        {!rule && (
          <Field label={t("notifications.name")} hint={t("notifications.rule_name_hint")} error={errors.name}>
            {(ties) => <input {...ties} name="rule_name" value={name} autocomplete="off" data-autofocus onInput={(event) => (setName(event.currentTarget.value), setErrors({}))} />}
          </Field>
        )}
        <Choices legend={t("notifications.tell")} options={services.map((name) => [name, name])} chosen={draft.services} error={errors.services} onChange={(services) => set({ services })} />
        <Choices legend={t("notifications.on")} options={events.map((event) => [event, t(`notifications.on.${event}`)])} chosen={draft.on} error={errors.on} onChange={(on) => set({ on })} />
        <Choices legend={t("notifications.levels")} hint={t("notifications.levels_hint")} options={levels.map((level) => [level, levelWord(level)])} chosen={draft.levels} error={errors.levels} onChange={(levels) => set({ levels })} />
        <Field label={t("notifications.alarm_name")} hint={t("notifications.alarm_name_hint")} error={errors.alarm_name}>
          {(ties) => <input {...ties} class="mono" name="alarm_name" value={draft.alarm_name} autocomplete="off" spellcheck={false} onInput={(event) => set({ alarm_name: event.currentTarget.value.trim() })} />}
        </Field>
        <Field label={t("notifications.tags")} error={errors.tags}>
          {(ties) => <Chips {...ties} items={draft.tags} placeholder={t("notifications.any_device")} onChange={(tags) => set({ tags })} />}
        </Field>
        <Field label={t("notifications.devices")} error={errors.devices}>
          {(ties) => <Chips {...ties} items={draft.devices} placeholder={t("notifications.any_device")} onChange={(devices) => set({ devices })} />}
        </Field>
        <Field label={t("notifications.repeat")} hint={t("notifications.repeat_hint")} error={errors.repeat_minutes}>
          {(ties) => (
            <span class="with-unit">
              <input {...ties} name="repeat" inputMode="numeric" value={repeat} placeholder="—" autocomplete="off" onInput={(event) => (setRepeat(event.currentTarget.value.trim()), setErrors({}))} />
              {t("notifications.minutes")}
            </span>
          )}
        </Field>
        <Field label={t("notifications.quiet")} hint={t("notifications.quiet_hint")} error={errors.quiet_hours}>
          {(ties) => (
            <span class="with-unit">
              <input {...ties} type="time" name="quiet_from" value={draft.quiet_hours?.from ?? ""} onInput={(event) => set({ quiet_hours: { to: "", ...draft.quiet_hours, from: event.currentTarget.value } })} />
              {t("notifications.quiet_to")}
              <input type="time" name="quiet_to" aria-label={t("notifications.quiet_to")} value={draft.quiet_hours?.to ?? ""} onInput={(event) => set({ quiet_hours: { from: "", ...draft.quiet_hours, to: event.currentTarget.value } })} />
            </span>
          )}
        </Field>
        <Field label={t("notifications.template")} hint={<TemplateHint />} error={errors.template}>
          {(ties) => <textarea {...ties} name="template" rows={4} value={draft.template} onInput={(event) => set({ template: event.currentTarget.value })} />}
        </Field>
        <label class="check">
          <input type="checkbox" name="enabled" checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
          <span>
            {t("notifications.enabled")}
            <span class="field-hint">{t("notifications.enabled_hint")}</span>
          </span>
        </label>
        <SaveFoot busy={busy} onClose={onClose} remove={rule && { label: t("notifications.delete_rule"), ask: () => setRemoving(true) }} />
      </form>
      {removing && rule && (
        <Confirm title={t("notifications.delete_title", { name: rule.name })} action={t("notifications.delete_rule")} act={remove} onClose={() => setRemoving(false)}>
          <p>{t("notifications.delete_rule_consequence")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}

function check(draft: RuleChange, repeat: string): Errors {
  const wrong: Errors = {};
  if (!draft.services.length) wrong.services = t("notifications.tell_missing");
  if (!draft.on.length) wrong.on = t("notifications.on_missing");
  if (repeat && !/^\d+$/.test(repeat)) wrong.repeat_minutes = t("notifications.repeat_bad");
  const { from = "", to = "" } = draft.quiet_hours ?? {};
  if (Boolean(from) !== Boolean(to)) wrong.quiet_hours = t("notifications.quiet_bad");
  return wrong;
}

/** "services[0]" and "quiet_hours.from" are said at services and quiet_hours. */
function byName(fields: Record<string, string>): Errors {
  return Object.fromEntries(Object.entries(fields).map(([location, message]) => [location.split(/[.[]/)[0], message]));
}

const TemplateHint = () => (
  <>
    {t("notifications.template_hint")}{" "}
    {variables.map((name) => (
      <>
        <code key={name}>{`{{${name}}}`}</code>{" "}
      </>
    ))}
  </>
);

interface ChoicesProps<T extends string> {
  legend: string;
  hint?: string;
  options: [T, string][];
  chosen: T[];
  error: string | undefined;
  onChange: (chosen: T[]) => void;
}

/** Several of a few. */
function Choices<T extends string>({ legend, hint, options, chosen, error, onChange }: ChoicesProps<T>) {
  return (
    <fieldset class="radios">
      <legend>{legend}</legend>
      <div class="line">
        {options.map(([value, word]) => (
          <label key={value} class="check plain-check">
            <input type="checkbox" value={value} checked={chosen.includes(value)} onChange={() => onChange(options.map(([other]) => other).filter((other) => (other === value ? !chosen.includes(value) : chosen.includes(other))))} />
            <span>{word}</span>
          </label>
        ))}
      </div>
      {error ? (
        <p class="field-error" role="alert">
          {fieldWords(error)}
        </p>
      ) : (
        hint && <p class="field-hint">{hint}</p>
      )}
    </fieldset>
  );
}
