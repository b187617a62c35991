import { type Device, getDevice, scriptView, type Values } from "../../api/devices";
import { type DryRun, dryRun, type DryRunReport } from "../../api/dry_run";
import type { Execution, Run } from "../../api/executions";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Json } from "../../components/Json";
import { Skeleton } from "../../components/Skeleton";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { actionWord, ErrorText, Fold, Logs } from "./StepBody";

interface Props {
  story: Execution;
  run: Run;
  input: unknown;
  onClose: () => void;
}

/** Runs a step's script once more, as it is now, and shows what it would do. */
export function DryRunDialog({ story, run, input, onClose }: Props) {
  const { data: report, failure, reload } = useLoaded(run.script, async () => dryRun(again(story, run, input, await getDevice(run.eui))));
  return (
    <Dialog place="side" title={t("executions.dry_run_of", { name: run.script })} onClose={onClose}>
      <div class="section">
        <p class="muted">{t("executions.dry_run_note")}</p>
        <Failure text={failure} again={reload} />
        {!report && !failure && <Skeleton />}
        {report && <Report report={report} />}
      </div>
    </Dialog>
  );
}

/** The step's own input on today's device: an uplink's values are put where its trigger looks for them. */
function again(story: Execution, run: Run, input: unknown, device: Device): DryRun {
  const { uplink } = story;
  const model = uplink?.thing_model_id ?? "";
  const telemetry: Record<string, Values> = uplink?.telemetry_data && run.kind === "trigger" ? { [model]: uplink.telemetry_data } : {};
  return {
    kind: run.kind,
    name: run.script,
    device: scriptView(device, telemetry),
    thing_model_id: model,
    ...(run.kind === "rpc" && { params: input ?? {} }),
    ...(run.kind === "parser" && { msg: uplink?.msg ?? { moteeui: run.eui, userdata: { port: uplink?.f_port ?? 1, payload: uplink?.payload ?? "" } } }),
  };
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
