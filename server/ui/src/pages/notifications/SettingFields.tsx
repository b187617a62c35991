// A form made from the description of a service's settings: a platform that gets another setting gets it here as well.
import { Plus, X } from "lucide-preact";
import { useState } from "preact/hooks";
import type { SettingField, Settings } from "../../api/notifications";
import { Chips } from "../../components/Chips";
import { Field, type InputTies } from "../../components/Field";
import { type PlainKey, t } from "../../i18n";
import { notifications } from "../../i18n/notifications";
import { setting_help } from "../../i18n/setting_help";
import { fieldWords } from "../../i18n/server_words";
import { AddressBook } from "./AddressBook";

interface Props {
  fields: SettingField[];
  values: Settings;
  at: string; // where these settings stand, as the server's complaints name it
  errors: Record<string, string>;
  onChange: (values: Settings) => void;
}

export function SettingFields({ fields, values, at, errors, onChange }: Props) {
  return (
    <>
      {fields.filter((field) => !field.given).map((field) => {
        const here = `${at}.${field.name}`;
        const set = (value: unknown) => onChange(withValue(values, field.name, value));
        if (field.type === "object") return <Part key={field.name} field={field} value={values[field.name] as Settings | undefined} at={here} errors={errors} set={set} />;
        if (field.type === "objects") return <Parts key={field.name} field={field} value={(values[field.name] ?? []) as Settings[]} at={here} errors={errors} set={set} />;
        return <Plain key={field.name} field={field} value={values[field.name]} error={errors[here] ?? first(errors, here + "[")} set={set} />;
      })}
    </>
  );
}

/** The settings of a new service: what is required is there to be filled in. */
export function emptyOf(fields: SettingField[]): Settings {
  const settings: Settings = {};
  const begin = fields.find((field) => field.type === "objects");
  for (const field of fields) {
    if (field.type === "objects" && (field.required || field === begin)) settings[field.name] = [{}];
    else if (field.type === "object" && field.required) settings[field.name] = {};
  }
  return settings;
}

/** The name of a field in the language of the page; the server's own where there is none. */
const labelOf = (field: SettingField) => (`field.${field.name}` in notifications.en ? t(`field.${field.name}` as PlainKey) : field.name);

const first = (errors: Record<string, string>, begin: string) => Object.entries(errors).find(([name]) => name.startsWith(begin))?.[1];

function withValue(values: Settings, name: string, value: unknown): Settings {
  const { [name]: _, ...others } = values;
  const empty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return empty ? others : { ...others, [name]: value };
}

const helpOf = (field: SettingField) => (`help.${field.name}` in setting_help.en ? t(`help.${field.name}` as PlainKey) : field.help);

function hintOf(field: SettingField) {
  return (
    <>
      {helpOf(field)} {field.example && !helpOf(field).includes(field.example) && <code>{field.example}</code>}
    </>
  );
}

/** What of the texts is more than the platform takes, said before they are saved. */
function overLimit({ most, longest }: SettingField, value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const long = longest && (value as string[]).find((text) => new TextEncoder().encode(text).length > longest);
  if (long) return t("notifications.too_long", { text: long, longest });
  return most && value.length > most ? t("notifications.too_many", { most, count: value.length }) : undefined;
}

function Plain({ field, value, error, set }: { field: SettingField; value: unknown; error: string | undefined; set: (value: unknown) => void }) {
  return (
    <>
      <Field label={labelOf(field)} hint={hintOf(field)} error={overLimit(field, value) ?? error}>
        {(ties) => <Input ties={ties} field={field} value={value} set={set} />}
      </Field>
      {field.import && <AddressBook onFound={(ids) => set([...new Set([...((value as string[]) ?? []), ...ids])])} />}
    </>
  );
}

function Input({ ties, field, value, set }: { ties: InputTies; field: SettingField; value: unknown; set: (value: unknown) => void }) {
  switch (field.type) {
    case "choice":
      return (
        <select {...ties} name={field.name} value={(value as string) ?? field.default ?? ""} onChange={(event) => set(event.currentTarget.value)}>
          {field.default === undefined && <option value="" />}
          {field.options?.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    case "texts":
      return <Chips {...ties} items={(value as string[]) ?? []} placeholder={t("notifications.nothing_chosen")} onChange={set} />;
    case "map":
      return <Pairs ties={ties} value={(value as Record<string, string>) ?? {}} set={set} />;
    case "number":
      return <input {...ties} name={field.name} inputMode="numeric" value={value === undefined ? "" : String(value)} autocomplete="off" onInput={(event) => set(numberIn(event.currentTarget.value))} />;
    default:
      return (
        <input {...ties} class={field.type === "url" || field.secret ? "mono" : ""} name={field.name} value={(value as string) ?? ""} autocomplete="off" autocapitalize="off" spellcheck={false}
          onFocus={(event) => field.secret && event.currentTarget.select()} onInput={(event) => set(event.currentTarget.value.trim())} />
      );
  }
}

/** A number as one; anything else as it was typed, for the server to complain about. */
const numberIn = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : text.trim());

interface PartProps {
  field: SettingField;
  at: string;
  errors: Record<string, string>;
}

/** Settings that belong together, and may be left out together. */
function Part({ field, value, at, errors, set }: PartProps & { value: Settings | undefined; set: (value: Settings | undefined) => void }) {
  const [kept, setKept] = useState<Settings>({}); // what was filled in before it was switched off
  const toggle = () => {
    if (value) setKept(value);
    set(value ? undefined : kept);
  };
  return (
    <fieldset class="setting-group">
      <legend>
        <label class="check">
          <input type="checkbox" checked={Boolean(value)} aria-label={t("notifications.on_off", { name: labelOf(field) })} onChange={toggle} />
          <span>
            {labelOf(field)}
            <span class="field-hint">{helpOf(field)}</span>
          </span>
        </label>
      </legend>
      {errors[at] && <p class="field-error">{fieldWords(errors[at])}</p>}
      {value && <SettingFields fields={field.fields ?? []} values={value} at={at} errors={errors} onChange={set} />}
    </fieldset>
  );
}

/** Several of a kind, such as groups. */
function Parts({ field, value, at, errors, set }: PartProps & { value: Settings[]; set: (value: Settings[]) => void }) {
  return (
    <fieldset class="setting-group">
      <legend>
        {labelOf(field)}
        <span class="field-hint">{helpOf(field)}</span>
      </legend>
      {errors[at] && (
        <p class="field-error" role="alert">
          {fieldWords(errors[at])}
        </p>
      )}
      {value.map((one, index) => (
        <div key={index} class="one-of" role="group" aria-label={`${labelOf(field)} ${index + 1}`}>
          <button type="button" class="icon-button" aria-label={`${t("notifications.remove_one")} ${index + 1}`} onClick={() => set(value.filter((_, other) => other !== index))}>
            <X aria-hidden />
          </button>
          <SettingFields fields={field.fields ?? []} values={one} at={`${at}[${index}]`} errors={errors} onChange={(next) => set(value.map((other, at) => (at === index ? next : other)))} />
        </div>
      ))}
      <div>
        <button type="button" class="button small-button" onClick={() => set([...value, {}])}>
          <Plus aria-hidden /> {t("notifications.add_one")}
        </button>
      </div>
    </fieldset>
  );
}

/** Names and values, such as headers. */
function Pairs({ ties, value, set }: { ties: InputTies; value: Record<string, string>; set: (value: unknown) => void }) {
  const [pairs, setPairs] = useState(() => [...Object.entries(value), ["", ""] as [string, string]]);
  const change = (next: [string, string][]) => {
    if (next.at(-1)?.some(Boolean)) next = [...next, ["", ""]];
    setPairs(next);
    const named = Object.fromEntries(next.filter(([name]) => name.trim()).map(([name, text]) => [name.trim(), text]));
    set(Object.keys(named).length ? named : undefined);
  };
  return (
    <div class="pairs">
      {pairs.map(([name, text], index) => (
        <div key={index} class="pair">
          <input {...(index === 0 ? ties : {})} aria-label={t("notifications.header_name")} class="mono" value={name} autocomplete="off" spellcheck={false}
            onInput={(event) => change(pairs.map((pair, at) => (at === index ? [event.currentTarget.value, pair[1]] : pair)))} />
          <input aria-label={t("notifications.header_value")} class="mono" value={text} autocomplete="off" spellcheck={false}
            onInput={(event) => change(pairs.map((pair, at) => (at === index ? [pair[0], event.currentTarget.value] : pair)))} />
        </div>
      ))}
    </div>
  );
}
