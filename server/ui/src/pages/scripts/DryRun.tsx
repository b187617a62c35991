import { History, ListChecks, Play, Radio } from "lucide-preact";
import { useState } from "preact/hooks";
import { Failure } from "../../components/Failure";
import { CodeEditor } from "../../editor/CodeEditor";
import { type PlainKey, t } from "../../i18n";
import { listed } from "../../i18n/format";
import { path } from "../../route";
import { entries, isPlain, type PartName, partsOf } from "./inputs";
import { CasePicker, DevicePicker, ExecutionPicker } from "./Pickers";
import { ReportView } from "./ReportView";
import { SaveCase } from "./SaveCase";
import type { Bench } from "./ScriptPage";
import type { Origin, Trial } from "./trial";

interface Props {
  bench: Bench;
  trial: Trial;
  cpuLimit: number | undefined;
}

/** What the code would do with these inputs. Nothing is performed. */
export function DryRun({ bench, trial, cpuLimit }: Props) {
  const [picking, setPicking] = useState<"device" | "execution" | "case">();
  const [saving, setSaving] = useState(false);
  const close = () => setPicking(undefined);
  return (
    <section class="bench-run" aria-labelledby="dry-run">
      <header class="panel-head">
        <h2 id="dry-run">{t("scripts.dry_run")}</h2>
        <button type="button" class="button primary" disabled={trial.running} title="Ctrl / ⌘ Enter" onClick={() => void trial.run()}>
          <Play aria-hidden /> {t(trial.running ? "scripts.running" : "scripts.run")}
        </button>
      </header>
      <div class="run-inputs">
        <p class="small">
          <OriginWords origin={trial.origin} edited={trial.edited} />
        </p>
        <div class="line" role="group" aria-label={t("scripts.inputs_from")}>
          <button type="button" class="button small-button" onClick={() => setPicking("device")}>
            <Radio aria-hidden /> {t("scripts.from_device")}
          </button>
          <button type="button" class="button small-button" onClick={() => setPicking("execution")}>
            <History aria-hidden /> {t("scripts.from_execution")}
          </button>
          {bench.script && (
            <button type="button" class="button small-button" onClick={() => setPicking("case")}>
              <ListChecks aria-hidden /> {t("scripts.from_case")}
            </button>
          )}
        </div>
        <div class="parts">
          {partsOf[bench.kind].map((part) => (
            <Part key={part} part={part} trial={trial} />
          ))}
        </div>
      </div>
      <Failure text={trial.failure} />
      {trial.report ? (
        <ReportView report={trial.report} stale={trial.stale} cpuLimit={cpuLimit} kind={bench.kind} jump={bench.jump}>
          {bench.script && (
            <button type="button" class="button small-button" onClick={() => setSaving(true)}>
              <ListChecks aria-hidden /> {t("scripts.save_case")}
            </button>
          )}
        </ReportView>
      ) : (
        <p class="muted small">{t("scripts.run_hint")}</p>
      )}
      {picking === "device" && <DevicePicker onPick={({ eui }) => (void trial.fromDevice(eui), close())} onClose={close} />}
      {picking === "execution" && <ExecutionPicker bench={bench} trial={trial} onPick={(id) => (void trial.fromExecution(id), close())} onClose={close} />}
      {picking === "case" && <CasePicker bench={bench} onPick={(saved) => (trial.fromCase(saved), close())} onClose={close} />}
      {saving && trial.report && <SaveCase bench={bench} trial={trial} report={trial.report} onClose={() => setSaving(false)} />}
    </section>
  );
}

function OriginWords({ origin, edited }: { origin: Origin; edited: boolean }) {
  const more = edited ? " " + t("scripts.origin_edited") : "";
  switch (origin.from) {
    case "nowhere":
      return <>{t("loading")}…</>;
    case "example":
      return <>{t("scripts.origin_example") + more}</>;
    case "device":
      return <>{t("scripts.origin_device", { eui: origin.eui }) + more}</>;
    case "case":
      return <>{t("scripts.origin_case", { name: origin.name }) + more}</>;
    case "execution":
      return (
        <>
          <a href={path("executions", origin.id)}>{t("scripts.origin_execution", { eui: origin.eui })}</a>{" "}
          {t("scripts.origin_current", { parts: listed(origin.current.map((part) => t(`scripts.current_${part}` as PlainKey))) })}
          {more}
        </>
      );
  }
}

/** One part of the inputs, folded away until somebody wants to see or change it. */
function Part({ part, trial }: { part: PartName; trial: Trial }) {
  const text = trial.parts[part] ?? "";
  const [open, setOpen] = useState(false);
  const bad = trial.badPart === part;
  const label = t(`scripts.part_${part}` as PlainKey);
  return (
    <details class="part" open={open || bad} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{part}</code> <span class="part-preview">{bad ? t("scripts.bad_json") : preview(part, text)}</span>
      </summary>
      {(open || bad) && (
        <div class="part-body">
          <p class="muted small">{label}</p>
          {part === "entry" ? (
            <select aria-label={part} value={text} onChange={(event) => trial.setPart(part, event.currentTarget.value)}>
              {entries.map((entry) => (
                <option key={entry} value={entry}>
                  {entry || t("scripts.entry_any")}
                </option>
              ))}
            </select>
          ) : isPlain(part) ? (
            <input class="mono" aria-label={part} value={text} autocomplete="off" autocapitalize="off" spellcheck={false}
              onInput={(event) => trial.setPart(part, event.currentTarget.value)} />
          ) : (
            <CodeEditor syntax="json" label={part} text={text} onChange={(text) => trial.setPart(part, text)} onRun={() => void trial.run()} />
          )}
        </div>
      )}
    </details>
  );
}

function preview(part: PartName, text: string) {
  if (!text.trim()) return t(part === "org_params" ? "scripts.part_placeholders" : part === "now" ? "scripts.part_clock" : "scripts.part_empty");
  return text.replace(/\s+/g, " ").slice(0, 80);
}
