// What a step of the timeline tells when one looks closer.
import { FlaskConical } from "lucide-preact";
import type { Attempt } from "../../api/deliveries";
import type { Execution, LogEntry, Run, ScriptError } from "../../api/executions";
import { State } from "../../components/Badge";
import { Json } from "../../components/Json";
import { now, Time } from "../../components/Time";
import { type PlainKey, relative, t } from "../../i18n";
import { failureWords, serverWords } from "../../i18n/server_words";
import { clock, span } from "../../i18n/format";
import { path } from "../../route";
import { may } from "../../session";
import type { Step } from "./story";

const actions = ["modifyAttrs", "alarm", "axios", "default", "attributes", "downlink", "notification"];
const events = ["raise", "change", "count", "clear"];

/** What an action does, in words. */
export const actionWord = (type: string) => (actions.includes(type) ? t(`executions.action.${type}` as PlainKey) : type === "thinkOne" ? t("executions.action.default") : type);

const eventWord = (event: string) => (events.includes(event) ? t(`executions.event.${event}` as PlainKey) : event);

/** Folded away until somebody wants it. */
export function Fold({ label, value }: { label: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <details class="fold">
      <summary>{label}</summary>
      <Json value={value} label={label} />
    </details>
  );
}

export function CauseBody({ execution }: { execution: Execution }) {
  return <Fold label={t("executions.input")} value={execution.uplink ?? execution.call?.params} />;
}

export function RunBody({ run, input, onAgain }: { run: Run; input: unknown; onAgain: (() => void) | undefined }) {
  const { dispatch } = run;
  return (
    <>
      <p class="line muted small">
        <a href={path("scripts", run.kind, run.script)}>{run.version ? t("executions.version", { version: run.version }) : t("executions.library")}</a>
        <span>{t("executions.cpu_of", { cpu: span(run.cpu_ms) })}</span>
        {dispatch && <span>{dispatch.calls ? t("executions.calls", { count: dispatch.calls }) : t("executions.no_calls")}</span>}
        {dispatch?.abort_previous_timer && <span>{t("executions.aborted_timer")}</span>}
      </p>
      {run.error && <ErrorText error={run.error} />}
      <Logs entries={run.logs ?? []} />
      <Fold label={t("executions.input")} value={input} />
      <Fold label={t("executions.output")} value={run.result} />
      {onAgain && (
        <button type="button" class="button small-button" onClick={onAgain}>
          <FlaskConical aria-hidden /> {t("executions.dry_run")}
        </button>
      )}
    </>
  );
}

export function ErrorText({ error }: { error: ScriptError }) {
  return (
    <p class="error-text">
      <code>{error.code}</code> {failureWords(error)}
      {error.line && !error.message.includes(`${error.line}:`) ? ` (${t("executions.at_line", { line: error.line, column: error.column ?? 1 })})` : ""}
    </p>
  );
}

/** What a script logged, line by line. */
export function Logs({ entries }: { entries: LogEntry[] }) {
  if (!entries.length) return null;
  return (
    <ul class="logs" aria-label={t("executions.logs")}>
      {entries.map((entry, index) => (
        <li key={index} class={"log " + entry.level}>
          <time class="muted num" dateTime={entry.time}>
            {clock(new Date(entry.time))}
          </time>
          <span class="log-level">{entry.level}</span>
          <span>
            {entry.text} {entry.fields !== undefined && <code class="muted">{JSON.stringify(entry.fields)}</code>}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function TimerBody({ due }: { due: Date }) {
  return <p class="muted small">{t("executions.timer_due", { when: relative(due, now.value, t("time.soon")) })}</p>;
}

export function ActionBody({ step }: { step: Extract<Step, { is: "action" }> }) {
  const { action, delivery, what } = step;
  return (
    <>
      {action.event && <p class="small">{t("executions.alarm_event", { event: eventWord(action.event) })}</p>}
      {delivery && (
        <p class="line small">
          <State is={delivery.state} />
          {delivery.scheduled_at && delivery.tries > 0 && <span class="muted">{t("executions.next_attempt", { when: relative(new Date(delivery.scheduled_at), now.value, t("time.soon")) })}</span>}
          <a href={path("deliveries", delivery.id)}>{t("executions.open_delivery")}</a>
        </p>
      )}
      <Fold label={t("executions.input")} value={what} />
    </>
  );
}

export function AttemptBody({ attempt }: { attempt: Attempt }) {
  return (
    <>
      <p class="line small">
        <span class="muted">
          <Time at={new Date(attempt.at)} />
        </span>
        {attempt.status ? <span>{t("executions.status", { status: attempt.status })}</span> : null}
      </p>
      {attempt.error && (
        <p class="small">
          <span class="error-text">{serverWords(attempt.error.message)}</span>
          {attempt.error.remedy && <span> {serverWords(attempt.error.remedy)}</span>}
        </p>
      )}
      {attempt.reply && may("read") && (
        <details class="fold">
          <summary>{t("executions.reply")}</summary>
          <pre class="output" tabIndex={0}>
            {attempt.reply}
          </pre>
        </details>
      )}
    </>
  );
}
