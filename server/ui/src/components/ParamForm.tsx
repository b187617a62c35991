// A form made from the parameters that a script declares.
import type { Param } from "../api/scripts";
import { t } from "../i18n";
import { Field } from "./Field";
import { readObject } from "./JsonField";

/** What is typed, by the name of the parameter; what is empty is left to the script's default. */
export type Typed = Record<string, string>;

interface Props {
  params: Param[];
  typed: Typed;
  errors: Record<string, string | undefined>;
  onTyped: (typed: Typed) => void;
}

export function ParamForm({ params, typed, errors, onTyped }: Props) {
  return (
    <>
      {inOrder(params).map((param) => (
        <ParamField key={param.name} param={param} text={typed[param.name] ?? ""} error={errors[param.name]} onText={(text) => onTyped({ ...typed, [param.name]: text })} />
      ))}
    </>
  );
}

const inOrder = (params: Param[]) => params.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));

function ParamField({ param, text, error, onText }: { param: Param; text: string; error: string | undefined; onText: (text: string) => void }) {
  const fallback = param.default === undefined ? undefined : t("form.default", { value: shown(param.default, param) });
  const hint = [param.type === "object" && t("form.object"), fallback].filter(Boolean).join(" ");
  const label = (
    <>
      {param.alias || param.name} {param.alias && <code class="muted">{param.name}</code>}
    </>
  );
  return (
    <Field label={label} hint={hint || undefined} error={error}>
      {(ties) => {
        if (param.options?.length || param.type === "boolean") {
          const options = param.options?.length ? param.options : [{ key: "true", value: true }, { key: "false", value: false }];
          return (
            <select {...ties} name={param.name} value={text} onChange={(event) => onText(event.currentTarget.value)}>
              <option value="">{t("form.choose")}</option>
              {options.map((option) => (
                <option key={option.key} value={JSON.stringify(option.value)}>
                  {option.key}
                </option>
              ))}
            </select>
          );
        }
        if (param.type === "object") return <textarea {...ties} class="mono" name={param.name} rows={4} value={text} spellcheck={false} onInput={(event) => onText(event.currentTarget.value)} />;
        const input = <input {...ties} name={param.name} value={text} inputMode={param.type === "number" ? "decimal" : undefined} autocomplete="off" onInput={(event) => onText(event.currentTarget.value)} />;
        if (!param.unit) return input;
        return (
          <span class="with-unit">
            {input}
            {param.unit}
          </span>
        );
      }}
    </Field>
  );
}

function shown(value: unknown, param: Param): string {
  const option = param.options?.find((option) => JSON.stringify(option.value) === JSON.stringify(value));
  return option?.key ?? (typeof value === "string" ? value : JSON.stringify(value)) + (param.unit ? " " + param.unit : "");
}

/** The parameters of a call, or what is wrong with what was typed. */
export function readParams(params: Param[], typed: Typed): { values: Record<string, unknown>; errors: Record<string, string> } {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const param of params) {
    const text = (typed[param.name] ?? "").trim();
    if (!text) continue;
    if (param.options?.length || param.type === "boolean") values[param.name] = JSON.parse(text);
    else if (param.type === "number") {
      const number = Number(text.replace(",", "."));
      if (Number.isFinite(number)) values[param.name] = number;
      else errors[param.name] = t("form.number");
    } else if (param.type === "object") {
      const read = readObject(text);
      if (read.error !== undefined) errors[param.name] = read.error;
      else values[param.name] = read.value;
    } else values[param.name] = text;
  }
  return { values, errors };
}
