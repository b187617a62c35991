import { CircleCheck, CircleDashed, CircleX, FlaskConical, ListChecks, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { type CaseOutcome, deleteCase, listCases, runCases, saveCase, type SavedCase } from "../../api/scripts";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { actorName } from "../audit/names";
import { go, withQuery } from "../../route";
import { addressOf } from "./List";
import type { Bench } from "./ScriptPage";
import type { Trial } from "./trial";

/** Saved inputs with what should come out: run all of them before every publication. */
export function Cases({ bench, trial }: { bench: Bench; trial: Trial }) {
  const { kind, name, work, writes } = bench;
  const { data: cases, failure, reload } = useLoaded("cases", () => listCases(kind, name));
  const [outcomes, setOutcomes] = useState<Record<string, CaseOutcome>>({});
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<string>();

  const runAll = async () => {
    setRunning(true);
    setProblem(undefined);
    try {
      setOutcomes(Object.fromEntries((await runCases(kind, name, work.code)).map((outcome) => [outcome.name, outcome])));
    } catch (problem) {
      setProblem(explain(problem));
    }
    setRunning(false);
  };
  const open = (saved: SavedCase) => {
    trial.fromCase(saved);
    go(withQuery(addressOf({ kind, name })));
  };
  const remove = async (saved: SavedCase) => {
    try {
      await deleteCase(kind, name, saved.name);
      await reload();
      say(t("scripts.case_deleted", { name: saved.name }), { undo: async () => {
        await saveCase(kind, name, saved.name, saved.case);
        await reload();
      } });
    } catch (problem) {
      setProblem(explain(problem));
    }
  };

  if (!cases) return failure ? <Failure text={failure} again={reload} /> : <Skeleton />;
  if (cases.length === 0) {
    return (
      <Empty icon={ListChecks} title={t("scripts.cases_none_title")} action={writes && (
        <a class="button" href={addressOf({ kind, name })}>
          {t("scripts.to_dry_run")}
        </a>
      )}>
        {t("scripts.cases_none")}
      </Empty>
    );
  }
  const passed = Object.values(outcomes).filter(({ ok }) => ok).length;
  return (
    <div class="section">
      {writes && (
        <div class="line">
          <button type="button" class="button primary" disabled={running} onClick={() => void runAll()}>
            <FlaskConical aria-hidden /> {t(running ? "scripts.running" : "scripts.cases_run")}
          </button>
          <span class="muted" role="status">
            {Object.keys(outcomes).length > 0 && t("scripts.cases_result", { passed, all: Object.keys(outcomes).length })}
          </span>
        </div>
      )}
      <Failure text={problem} />
      <ul class="case-list">
        {cases.map((saved) => (
          <li key={saved.name} class="panel case">
            <div class="panel-head">
              <div>
                <p class="line">
                  <Verdict outcome={outcomes[saved.name]} /> <strong>{saved.name}</strong>
                </p>
                <p class="muted small">
                  <Time at={new Date(saved.updated_at)} /> {t("by", { name: actorName(saved.updated_by) })} · {t(saved.case.expect ? "scripts.case_compares" : "scripts.case_reports")}
                </p>
              </div>
              {writes && (
                <div class="line">
                  <button type="button" class="button small-button" onClick={() => open(saved)}>
                    {t("scripts.case_open")}
                  </button>
                  <button type="button" class="icon-button" aria-label={t("remove", { name: saved.name })} onClick={() => void remove(saved)}>
                    <Trash2 aria-hidden />
                  </button>
                </div>
              )}
            </div>
            <WhatDiffers outcome={outcomes[saved.name]} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ outcome }: { outcome: CaseOutcome | undefined }) {
  if (!outcome) {
    return (
      <span class="badge">
        <CircleDashed aria-hidden /> {t("scripts.case_not_run")}
      </span>
    );
  }
  const Icon = outcome.ok ? CircleCheck : CircleX;
  return (
    <span class={outcome.ok ? "badge good" : "badge bad"}>
      <Icon aria-hidden /> {t(outcome.ok ? "scripts.case_passes" : "scripts.case_fails")}
    </span>
  );
}

function WhatDiffers({ outcome }: { outcome: CaseOutcome | undefined }) {
  if (!outcome || outcome.ok) return null;
  const lines = outcome.differences.length ? outcome.differences : [outcome.report.error?.message ?? ""];
  return (
    <ul class="differences">
      {lines.map((line) => (
        <li key={line}>
          <code>{line}</code>
        </li>
      ))}
    </ul>
  );
}
