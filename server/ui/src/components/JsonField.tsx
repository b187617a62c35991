import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { language } from "../preferences";
import { Field } from "./Field";

interface Props {
  label: ComponentChildren;
  hint?: ComponentChildren;
  text: string;
  error?: string | undefined;
  rows?: number;
  name?: string;
  autofocus?: boolean;
  onText: (text: string) => void;
}

/** A box for JSON. What is wrong with it is said by line and column. */
export function JsonField({ label, hint, text, error, rows = 8, name, autofocus, onText }: Props) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ties) => (
        <textarea {...ties} class="mono" name={name} rows={rows} value={text} autocomplete="off" autocapitalize="off" spellcheck={false}
          data-autofocus={autofocus ? "" : undefined} onInput={(event) => onText(event.currentTarget.value)} />
      )}
    </Field>
  );
}

type ReadObject = { value: Record<string, unknown>; error?: undefined } | { value?: undefined; error: string };

/** Reads an object; an empty text is an empty object. */
export function readObject(text: string): ReadObject {
  if (!text.trim()) return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return { error: t("json.object") };
    return { value: value as Record<string, unknown> };
  } catch (error) {
    return { error: placed(text, error as SyntaxError) };
  }
}

/** Says where a browser stopped reading; they tell it in English words of their own. */
function placed(text: string, { message }: SyntaxError): string {
  const byLine = /line (\d+) column (\d+)/.exec(message);
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, position);
  const line = byLine ? Number(byLine[1]) : before.split("\n").length;
  const column = byLine ? Number(byLine[2]) : before.length - before.lastIndexOf("\n");
  const what = message.replace(/^JSON\.parse: /, "").replace(/,? ?(\.\.\.)?".*"(\.\.\.)? is not valid JSON| \(line.*|in JSON at position.*| at line.*/s, "").trim();
  return t("json.bad", { line, column, what: language.value === "en" ? what : t("json.invalid") });
}
