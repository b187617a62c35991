import { ArrowDownToLine, Bell, Clock, FileCode, type LucideIcon, Phone, Repeat, Router, SendHorizontal, SlidersHorizontal, Zap } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { toldTo } from "../../api/deliveries";
import type { ExecutionStory, Run } from "../../api/executions";
import { kindWord } from "../../components/Badge";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { path } from "../../route";
import { may } from "../../session";
import { ActionBody, AttemptBody, actionWord, CauseBody, RunBody, TimerBody } from "./StepBody";
import { causeOf, type Scale, scaleOf, type Step, stepsOf } from "./story";

interface Props {
  story: ExecutionStory;
  onAgain: (run: Run, input: unknown) => void;
}

/** The steps one below the other, with the time that each took drawn to scale. */
export function Timeline({ story, onAgain }: Props) {
  const steps = stepsOf(story);
  const scale = scaleOf(steps);
  return (
    <>
      <ol class="timeline">
        {steps.map((step) => (
          <StepRow key={step.key} step={step} scale={scale} begin={steps[0]!.start}>
            <Body step={step} onAgain={onAgain} />
          </StepRow>
        ))}
      </ol>
      {steps.length === 1 && <Nothing story={story} />}
    </>
  );
}

function Nothing({ story }: { story: ExecutionStory }) {
  if (story.state === "queued") return <p class="muted">{t("executions.queued")}</p>;
  return (
    <p class="muted">
      {t("executions.none_ran")} {may("write") && <a href={path("devices", story.eui, "mounts")}>{t("executions.mount_one")}</a>}
    </p>
  );
}

function StepRow({ step, scale, begin, children }: { step: Step; scale: Scale; begin: number; children: ComponentChildren }) {
  const { icon: Icon, kind, name, failed } = looks(step);
  const left = scale.at(step.start);
  const took = step.end - step.start;
  return (
    <li class={`step depth-${step.depth}` + (failed ? " failed" : "")}>
      <div class="step-head">
        <span class="step-icon">
          <Icon aria-hidden />
        </span>
        <div class="step-name">
          <span class="muted small">{kind}</span>
          <strong>{name}</strong>
        </div>
        <div class="track" aria-hidden>
          {scale.gaps.map((gap) => (
            <span key={gap.at} class="gap" style={{ left: percent(gap.at) }} title={t("executions.gap", { span: span(gap.ms) })} />
          ))}
          <span class="bar" style={{ left: percent(left), width: percent(scale.at(step.end) - left) }} />
        </div>
        <div class="step-time num small">
          <span>{took > 0 ? span(took) : ""}</span>
          <span class="muted">+{span(step.start - begin)}</span>
        </div>
      </div>
      <div class="step-body">{children}</div>
    </li>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

function Body({ step, onAgain }: { step: Step; onAgain: Props["onAgain"] }) {
  switch (step.is) {
    case "cause":
      return <CauseBody execution={step.execution} />;
    case "run":
      return <RunBody run={step.run} input={step.input} onAgain={may("write") ? () => onAgain(step.run, step.input) : undefined} />;
    case "timer":
      return <TimerBody due={step.due} />;
    case "action":
      return <ActionBody step={step} />;
    case "attempt":
      return <AttemptBody attempt={step.attempt} />;
  }
}

const actionIcons: Record<string, LucideIcon> = { alarm: Bell, axios: SendHorizontal, modifyAttrs: SlidersHorizontal, attributes: SlidersHorizontal, notification: SendHorizontal };

/** Where an action goes, or what it is about. */
function nameOf({ action, what, delivery }: Extract<Step, { is: "action" }>): string {
  if (delivery) return toldTo(delivery) ?? delivery.destination;
  const data = (what as { dnMsg?: { data?: { alarm_name?: string } } } | undefined)?.dnMsg?.data;
  return data?.alarm_name ?? action.eui;
}

function looks(step: Step): { icon: LucideIcon; kind: string; name: string; failed: boolean } {
  switch (step.is) {
    case "cause":
      return { icon: step.execution.call ? Phone : Router, kind: t("executions.what"), name: causeOf(step.execution), failed: false };
    case "run":
      return { icon: step.run.kind === "trigger" ? Zap : FileCode, kind: kindWord(step.run.kind), name: step.run.script, failed: Boolean(step.run.error) };
    case "timer":
      return { icon: Clock, kind: t("executions.timer"), name: "", failed: false };
    case "action":
      return {
        icon: actionIcons[step.action.type] ?? ArrowDownToLine,
        kind: actionWord(step.action.type),
        name: nameOf(step),
        failed: step.delivery?.state === "discarded",
      };
    case "attempt":
      return { icon: Repeat, kind: "", name: t("executions.attempt", { number: step.attempt.number }), failed: step.attempt.outcome !== "delivered" };
  }
}
