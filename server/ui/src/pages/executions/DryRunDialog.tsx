import type { Execution, Run } from "../../api/executions";
import { findInputs, getScript, type Report as DryRunReport, tryScript } from "../../api/scripts";
import { withParams } from "../../api/client";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Json } from "../../components/Json";
import { Skeleton } from "../../components/Skeleton";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { path } from "../../route";
import { actionWord, ErrorText, Fold, Logs } from "./StepBody";

interface Props {
  story: Execution;
  run: Run;
  input: unknown;
  onClose: () => void;
}

/** Runs a step's script once more, as it is now, and shows what it would do. */
export function DryRunDialog({ story, run, input, onClose }: Props) {
  const { data: report, failure, reload } = useLoaded(run.script, () => runAgain(story, run, input));
  return (
    <Dialog place="side" title={t("executions.dry_run_of", { name: run.script })} onClose={onClose}>
      <div class="section">
        <p class="muted">{t("executions.dry_run_note")}</p>
        <a href={withParams(path("scripts", run.kind, run.script), { execution: story.id })}>{t("executions.open_editor")}</a>
        <Failure text={failure} again={reload} />
        {!report && !failure && <Skeleton />}
        {report && <Report report={report} />}
      </div>
    </Dialog>
  );
}

/** What the step was given, as far as it is on record, on the script as it is now. */
async function runAgain(story: Execution, run: Run, input: unknown): Promise<DryRunReport> {
  const [{ source, language, params }, { inputs }] = await Promise.all([getScript(run.kind, run.script), findInputs(run.kind, run.script, { execution_id: story.id })]);
  const own = run.kind === "rpc" && input !== undefined ? { params: input } : {};
  return tryScript(run.kind, run.script, { source, language, params }, { ...inputs, ...own });
}

function Report({ report }: { report: DryRunReport }) {
  const actions = report.actions ?? [];
  return (
    <>
      <p class="line">
        <span class="muted">{t("executions.cpu_of", { cpu: span(report.cpu_ms) })}</span>
      </p>
      {report.error && <ErrorText error={report.error} />}
      {actions.length > 0 && (
        <section class="section">
          <h3>{t("executions.dry_run_actions")}</h3>
          <ol class="actions">
            {actions.map((action, index) => (
              <li key={index}>
                <Fold label={labelOf(action)} value={action} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {!report.error && actions.length === 0 && (report.result === null || report.result === undefined) && <p>{t("executions.dry_run_nothing")}</p>}
      {report.logs?.length ? <Logs entries={report.logs} /> : <p class="muted">{t("executions.no_logs")}</p>}
      {report.result !== null && report.result !== undefined && (
        <section class="section">
          <h3>{t("executions.output")}</h3>
          <Json value={report.result} label={t("executions.output")} />
        </section>
      )}
    </>
  );
}

function labelOf(action: unknown): string {
  const { type = "", method, url } = action as { type?: string; method?: string; url?: string };
  return type === "rpc" ? `RPC ${method ?? ""}` : [actionWord(type), url].filter(Boolean).join(" · ");
}
