import type { ComponentChildren } from "preact";
import type { Kind, Report } from "../../api/scripts";
import { Json } from "../../components/Json";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { ActionView } from "./ActionView";
import type { Bench } from "./ScriptPage";
import { ValuesTable } from "./ValuesTable";

interface Props {
  report: Report;
  stale: boolean;
  cpuLimit: number | undefined;
  kind: Kind;
  jump: Bench["jump"];
  children?: ComponentChildren; // what can be done with it
}

/** What came out of a run: what would be done, what was logged, what it cost. */
export function ReportView({ report, stale, cpuLimit, kind, jump, children }: Props) {
  const { error, result } = report;
  const actions = report.actions ?? [];
  const nothing = !error && actions.length === 0 && (result === null || result === undefined);
  return (
    <div class={stale ? "report stale" : "report"} aria-live="polite">
      {stale && <p class="small notice">{t("scripts.stale")}</p>}
      {error && <ErrorBox error={error} jump={jump} />}
      {kind === "parser" && !error && <Parsed result={result} />}
      {actions.length > 0 && (
        <section class="section">
          <h3>{t(kind === "trigger" ? "scripts.would_call" : "scripts.would_do")}</h3>
          <ol class="action-list">
            {actions.map((action, index) => (
              <li key={index}>
                <ActionView action={action as Record<string, unknown>} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {nothing && <p>{t("scripts.would_do_nothing")}</p>}
      <Cost report={report} limit={cpuLimit} />
      <RunLog logs={report.logs ?? []} />
      {result !== null && result !== undefined && (
        <details class="fold">
          <summary>{t("scripts.returned")}</summary>
          <Json value={result} label={t("scripts.returned")} />
        </details>
      )}
      {children && <div class="line">{children}</div>}
    </div>
  );
}

function ErrorBox({ error, jump }: { error: NonNullable<Report["error"]>; jump: Bench["jump"] }) {
  const { line, column } = error;
  return (
    <div class="form-error" role="alert">
      <p>{error.message}</p>
      <p class="small line">
        <code>{error.code}</code>
        {line && (
          <button type="button" class="link" onClick={() => jump(line, column)}>
            {t("scripts.go_to_line", { line })}
          </button>
        )}
      </p>
    </div>
  );
}

/** CPU time against the limit. */
function Cost({ report: { cpu_ms, wall_ms }, limit }: { report: Report; limit: number | undefined }) {
  const text = limit ? t("scripts.cpu_of", { cpu: span(cpu_ms), limit: span(limit) }) : span(cpu_ms);
  return (
    <div class="cost small">
      {limit && <meter aria-label={t("scripts.cpu")} min={0} max={limit} high={limit / 2} optimum={0} value={Math.min(cpu_ms, limit)} />}
      <span class="num">{text}</span>
      <span class="muted num">{t("scripts.wall", { wall: span(wall_ms) })}</span>
    </div>
  );
}

function RunLog({ logs }: { logs: NonNullable<Report["logs"]> }) {
  if (logs.length === 0) return <p class="muted small">{t("scripts.no_logs")}</p>;
  return (
    <section class="section">
      <h3>{t("scripts.log")}</h3>
      <ol class="logs">
        {logs.map(({ level, text, fields }, index) => (
          <li key={index} class={"log " + level}>
            <span class="log-level">{level}</span>
            <span>
              {text}
              {fields !== undefined && <code class="log-fields"> {JSON.stringify(fields)}</code>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a parser made of the payload: a table for each group. */
function Parsed({ result }: { result: unknown }) {
  if (typeof result !== "object" || result === null) return null;
  const groups = Object.entries(result).filter(([, values]) => typeof values === "object" && values !== null && !Array.isArray(values));
  return (
    <>
      {groups.map(([name, values]) => (
        <section class="section" key={name}>
          <h3>
            <code>{name}</code>
          </h3>
          <ValuesTable values={values as Record<string, unknown>} />
        </section>
      ))}
    </>
  );
}
