// What an execution tells, put into the order and the words in which it is read.
import type { Attempt, Delivery } from "../../api/deliveries";
import type { Execution, ExecutionStory, Run, ScriptError } from "../../api/executions";
import { t } from "../../i18n";

/** What set it off, in one line. */
export function causeOf(execution: Execution): string {
  if (execution.call) return `${t("executions.call")} · ${execution.call.method}`;
  const model = execution.uplink?.thing_model_id;
  return model ? `${t("executions.uplink")} · ${model}` : t("executions.uplink");
}

/** The time from its beginning to the end of its scripts, in ms; undefined while it goes on. */
export function tookOf({ created_at, finished_at }: Execution): number | undefined {
  return finished_at ? Math.max(0, Date.parse(finished_at) - Date.parse(created_at)) : undefined;
}

export const firstError = (execution: Execution): ScriptError | undefined => execution.runs?.find((run) => run.error)?.error;

/** One step of the timeline; times in ms since 1970. */
export type Step = { key: string; depth: number; start: number; end: number } & (
  | { is: "cause"; execution: Execution }
  | { is: "run"; run: Run; input: unknown }
  | { is: "timer"; due: Date }
  | { is: "action"; action: NonNullable<Run["actions"]>[number]; what: unknown; delivery: Delivery | undefined }
  | { is: "attempt"; attempt: Attempt }
);

/** The steps of an execution, each below what set it off. */
export function stepsOf(story: ExecutionStory): Step[] {
  const runs = story.runs ?? [];
  const started = Date.parse(story.created_at);
  const steps: Step[] = [{ key: "cause", is: "cause", depth: 0, start: started, end: started, execution: story }];
  const told = new Set<string>(); // deliveries that stand below their action
  const asked = new Map<string, number>(); // how many RPCs of a dispatch have run

  runs.forEach((run, index) => {
    const start = Date.parse(run.started_at);
    const nth = run.dispatch_id ? (asked.get(run.dispatch_id) ?? 0) : 0;
    if (run.dispatch_id) asked.set(run.dispatch_id, nth + 1);
    steps.push({ key: "run" + index, is: "run", depth: run.kind === "rpc" && run.dispatch_id ? 1 : 0, start, end: start + run.wall_ms, run, input: inputOf(story, run, nth) });
    const returned = Array.isArray(run.result) ? run.result : [];
    run.actions?.forEach((action, nth) => {
      const delivery = story.deliveries.find(({ id }) => id === action.delivery_id);
      if (delivery) told.add(delivery.id);
      pushAction(steps, `run${index}.${nth}`, 2, start + run.wall_ms, action, returned[nth], delivery);
    });
    if (run.dispatch?.due_at && run.dispatch.id && !runs.some((other) => other.dispatch_id === run.dispatch!.id) && story.state === "waiting") {
      const due = new Date(run.dispatch.due_at);
      steps.push({ key: "timer" + index, is: "timer", depth: 1, start: start + run.wall_ms, end: start + run.wall_ms, due });
    }
  });
  for (const delivery of story.deliveries) {
    if (told.has(delivery.id)) continue;
    const at = Date.parse(delivery.created_at);
    pushAction(steps, delivery.id, 1, at, { type: delivery.kind, eui: delivery.eui, delivery_id: delivery.id }, undefined, delivery);
  }
  return steps;
}

function pushAction(steps: Step[], key: string, depth: number, at: number, action: NonNullable<Run["actions"]>[number], what: unknown, delivery: Delivery | undefined) {
  steps.push({ key, is: "action", depth, start: at, end: at, action, what, delivery });
  for (const attempt of delivery?.attempts ?? []) {
    const start = Date.parse(attempt.at);
    steps.push({ key: `${key}#${attempt.number}`, is: "attempt", depth: depth + 1, start, end: start + attempt.duration_ms, attempt });
  }
}

/** What a run was given beside its device, as far as it is on record. */
function inputOf(story: Execution, run: Run, nth: number): unknown {
  if (run.kind !== "rpc") return story.uplink;
  if (!run.dispatch_id) return story.call?.params;
  const trigger = story.runs?.find((other) => other.dispatch?.id === run.dispatch_id);
  const actions = (trigger?.result as { actions?: { params?: unknown }[] } | undefined)?.actions;
  return actions?.[nth]?.params;
}

/** Where times stand on the drawn line, from 0 to 1. */
export interface Scale {
  at: (time: number) => number;
  gaps: { at: number; ms: number }[]; // stretches in which nothing happened, drawn short
}

const shownGap = 0.12; // of the drawn line, at most, for a stretch in which nothing happened

/** Draws to scale what took time; long stretches without anything between are cut short, and marked. */
export function scaleOf(steps: Step[]): Scale {
  const busy: [number, number][] = [];
  for (const { start, end } of steps.toSorted((a, b) => a.start - b.start)) {
    const last = busy.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else busy.push([start, end]);
  }
  const worked = Math.max(1, busy.reduce((sum, [start, end]) => sum + end - start, 0));
  const longest = worked * shownGap;
  const pieces: { from: number; to: number; drawn: number }[] = [];
  let drawn = 0;
  busy.forEach(([start, end], index) => {
    const before = busy[index - 1];
    if (before) {
      const width = Math.min(start - before[1], longest);
      pieces.push({ from: before[1], to: start, drawn: width });
      drawn += width;
    }
    pieces.push({ from: start, to: end, drawn: end - start });
    drawn += end - start;
  });
  const whole = drawn || 1;
  const at = (time: number) => {
    let left = 0;
    for (const { from, to, drawn } of pieces) {
      if (time <= to) return (left + (to > from ? ((time - from) / (to - from)) * drawn : 0)) / whole;
      left += drawn;
    }
    return 1;
  };
  const gaps = pieces.filter(({ from, to, drawn }) => to - from > drawn + 1).map(({ from, to }) => ({ at: (at(from) + at(to)) / 2, ms: to - from }));
  return { at, gaps };
}
