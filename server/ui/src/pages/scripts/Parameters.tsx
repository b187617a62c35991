import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { checkScript, type Param } from "../../api/scripts";
import { Empty } from "../../components/Empty";
import { Field } from "../../components/Field";
import { ParamForm, type Typed } from "../../components/ParamForm";
import { t } from "../../i18n";
import { SlidersHorizontal } from "lucide-preact";
import type { Bench } from "./ScriptPage";

const types = ["number", "string", "boolean", "object"] as const;

/** A parameter as it is typed: values are JSON only when they are stored. */
interface Row {
  id: number;
  name: string;
  type: Param["type"];
  alias: string;
  fallback: string;
  unit: string;
  options: string; // one a line: "label = value"
}

let lastID = 0;

/** The parameters that an RPC declares; how the form of a call will look, beside them. */
export function Parameters({ bench: { kind, name, work, writes } }: { bench: Bench }) {
  const [rows, setRows] = useState(() => work.code.params.map(rowOf));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [typed, setTyped] = useState<Typed>({});
  const params = rows.map(paramOf);

  // What is declared elsewhere (a discarded draft, a version that was rolled back) comes in here.
  const declared = JSON.stringify(work.code.params);
  useEffect(() => {
    if (JSON.stringify(rows.map(paramOf)) !== declared) setRows(work.code.params.map(rowOf));
  }, [declared]);
  useEffect(() => {
    const due = setTimeout(() => {
      if (!writes) return;
      checkScript(kind, name, { ...work.code, source: "return null", params }).then(({ fields }) => setErrors(byPlace(fields ?? [])), () => setErrors({}));
    }, 400);
    return () => clearTimeout(due);
  }, [declared]);

  const set = (next: Row[]) => {
    setRows(next);
    work.change({ params: next.map(paramOf) });
  };
  const change = (id: number, change: Partial<Row>) => set(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const move = (at: number, by: number) => {
    const next = [...rows];
    next.splice(at + by, 0, ...next.splice(at, 1));
    set(next);
    moved.current = { id: rows[at]!.id, by };
  };
  // A row that moves loses the focus: it comes back to the button that moves it on, or at the end to the other one.
  const list = useRef<HTMLFieldSetElement>(null);
  const moved = useRef<{ id: number; by: number }>();
  useLayoutEffect(() => {
    if (!moved.current) return;
    const { id, by } = moved.current;
    moved.current = undefined;
    const buttons = list.current?.children[rows.findIndex((row) => row.id === id) + 1]?.querySelectorAll<HTMLButtonElement>("[data-move]:enabled");
    ([...(buttons ?? [])].find((button) => button.dataset.move === String(by)) ?? buttons?.[0])?.focus();
  }, [rows]);
  const add = () => set([...rows, { id: ++lastID, name: "", type: "number", alias: "", fallback: "", unit: "", options: "" }]);

  if (kind !== "rpc") return <p class="muted">{t("scripts.params_only_rpc")}</p>;
  if (rows.length === 0) {
    return (
      <Empty icon={SlidersHorizontal} title={t("scripts.params_none_title")} action={writes && (
        <button type="button" class="button" onClick={add}>
          <Plus aria-hidden /> {t("scripts.param_add")}
        </button>
      )}>
        {t("scripts.params_none")}
      </Empty>
    );
  }
  return (
    <div class="params">
      <fieldset class="param-rows" disabled={!writes} ref={list}>
        <legend class="visually-hidden">{t("scripts.tab_params")}</legend>
        {rows.map((row, at) => (
          <ParamRow key={row.id} row={row} errors={errors} at={at} last={rows.length - 1} writes={writes}
            onChange={(next) => change(row.id, next)} onMove={(by) => move(at, by)} onRemove={() => set(rows.filter(({ id }) => id !== row.id))} />
        ))}
        {writes && (
          <div>
            <button type="button" class="button" onClick={add}>
              <Plus aria-hidden /> {t("scripts.param_add")}
            </button>
          </div>
        )}
      </fieldset>
      <section class="panel" aria-labelledby="params-preview">
        <h2 id="params-preview">{t("scripts.params_preview")}</h2>
        <p class="muted small">{t("scripts.params_preview_hint")}</p>
        <div class="form">
          <ParamForm params={params.filter(({ name }) => name)} typed={typed} errors={{}} onTyped={setTyped} />
        </div>
      </section>
    </div>
  );
}

interface RowProps {
  row: Row;
  at: number;
  last: number;
  errors: Record<string, string>;
  writes: boolean;
  onChange: (change: Partial<Row>) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function ParamRow({ row, at, last, errors, writes, onChange, onMove, onRemove }: RowProps) {
  const error = (field: string) => errors[`${at}.${field}`];
  const input = (field: "name" | "alias" | "fallback" | "unit", mono = false) => (ties: object) => (
    <input {...ties} class={mono ? "mono" : ""} value={row[field]} autocomplete="off" autocapitalize="off" spellcheck={false}
      onInput={(event) => onChange({ [field]: event.currentTarget.value })} />
  );
  const label = row.name || t("scripts.param_number", { number: at + 1 });
  return (
    <section class="panel param-row" aria-label={label}>
      <Field label={t("scripts.param_name")} error={error("name")}>
        {input("name", true)}
      </Field>
      <Field label={t("scripts.param_type")} error={error("type")}>
        {(ties) => (
          <select {...ties} value={row.type} onChange={(event) => onChange({ type: event.currentTarget.value as Param["type"] })}>
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("scripts.param_alias")}>{input("alias")}</Field>
      <Field label={t("scripts.param_default")} error={error("default")}>
        {input("fallback", true)}
      </Field>
      <Field label={t("scripts.param_unit")}>{input("unit")}</Field>
      {(row.type === "number" || row.type === "string" || row.options) && (
        <div class="param-options">
          <Field label={t("scripts.param_options")} hint={t("scripts.param_options_hint")} error={error("options")}>
            {(ties) => <textarea {...ties} rows={row.options ? 3 : 1} value={row.options} spellcheck={false} onInput={(event) => onChange({ options: event.currentTarget.value })} />}
          </Field>
        </div>
      )}
      {writes && (
        <div class="param-actions">
          <button type="button" class="icon-button" data-move="-1" disabled={at === 0} aria-label={t("scripts.param_up", { name: label })} onClick={() => onMove(-1)}>
            <ArrowUp aria-hidden />
          </button>
          <button type="button" class="icon-button" data-move="1" disabled={at === last} aria-label={t("scripts.param_down", { name: label })} onClick={() => onMove(1)}>
            <ArrowDown aria-hidden />
          </button>
          <button type="button" class="icon-button" aria-label={t("remove", { name: label })} onClick={onRemove}>
            <Trash2 aria-hidden />
          </button>
        </div>
      )}
    </section>
  );
}

const rowOf = ({ name, type, alias = "", default: value, unit = "", options = [] }: Param): Row => ({
  id: ++lastID,
  name,
  type,
  alias,
  unit,
  fallback: asTyped(value, type),
  options: options.map(({ key, value }) => (key === asTyped(value, type) ? key : `${key} = ${asTyped(value, type)}`)).join("\n"),
});

const asTyped = (value: unknown, type: Param["type"]) => (value === undefined || value === null ? "" : type === "string" && typeof value === "string" ? value : JSON.stringify(value));

function paramOf({ name, type, alias, fallback, unit, options }: Row, at: number): Param {
  const values = options.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [key = "", value = key] = line.split(/\s*=\s*(.*)/s);
    return { key, value: valueOf(value, type) };
  });
  return {
    name: name.trim(),
    type,
    index: at + 1,
    ...(alias.trim() && { alias: alias.trim() }),
    ...(fallback.trim() && { default: valueOf(fallback, type) }),
    ...(unit.trim() && { unit: unit.trim() }),
    ...(values.length && { options: values }),
  };
}

/** What was typed as a value of the type; the server says so when it is none. */
function valueOf(text: string, type: Param["type"]): unknown {
  if (type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** "params[1].options[0].value" is said at "1.options". */
function byPlace(fields: { location: string; message: string }[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { location, message } of fields) {
    const place = /\[(\d+)\]\.(\w+)/.exec(location);
    if (place) errors[`${place[1]}.${place[2]}`] ??= message;
  }
  return errors;
}
