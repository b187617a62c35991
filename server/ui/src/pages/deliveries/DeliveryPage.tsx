import { useState } from "preact/hooks";
import { type Attempt, canCancel, canRetry, cancelDelivery, type Delivery, getDelivery, retryDelivery, toldTo } from "../../api/deliveries";
import { State } from "../../components/Badge";
import { Confirm } from "../../components/Confirm";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { exact, type PlainKey, t } from "../../i18n";
import { serverWords } from "../../i18n/server_words";
import { count, span } from "../../i18n/format";
import { path } from "../../route";
import { may } from "../../session";
import { actionWord } from "../executions/StepBody";
import { goesTo } from "./List";

/** One delivery: where it goes, and every attempt with what it means. */
export function DeliveryPage({ id }: { id: string }) {
  const { data: delivery, failure, missing, reload } = useLoaded(id, () => getDelivery(id));
  const live = useLive(reload, (event) => event.id === id);
  const [cancelling, setCancelling] = useState(false);
  const back = { href: path("deliveries"), label: t("deliveries.title") };
  if (!delivery) {
    return (
      <>
        <PageHeader title={t("deliveries.of")} purpose={missing ? t("unknown_thing") : t("deliveries.purpose_one")} back={back} />
        {!missing && <Failure text={failure} again={reload} />}
        {!failure && <Skeleton of="panels" />}
      </>
    );
  }
  const retry = async () => {
    try {
      await retryDelivery(id);
      say(t("deliveries.retried", { count: count(1) }));
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
    await reload();
  };
  const cancel = async () => {
    await cancelDelivery(id);
    say(t("deliveries.cancelled", { count: count(1) }));
    await reload();
  };
  return (
    <>
      <PageHeader title={t("deliveries.delivery_to", { destination: goesTo(delivery) })} purpose={t("deliveries.purpose_one")} back={back}>
        {may("operate") && (
          <>
            {canCancel(delivery) && (
              <button type="button" class="button" onClick={() => setCancelling(true)}>
                {t("deliveries.cancel")}
              </button>
            )}
            {canRetry(delivery) && (
              <button type="button" class="button primary" onClick={() => void retry()}>
                {t("deliveries.retry")}
              </button>
            )}
          </>
        )}
      </PageHeader>
      <Failure text={failure} again={reload} />
      <section class="panel">
        <DeliveryFacts delivery={delivery} />
      </section>
      <section class="section">
        <div class="list-head">
          <h2>{t("deliveries.attempts")}</h2>
          <LiveState live={live} />
        </div>
        {delivery.attempts.length === 0 && <p class="muted">{t("deliveries.none_yet")}</p>}
        <ol class="attempts">
          {delivery.attempts.toReversed().map((attempt) => (
            <AttemptRow key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      </section>
      {cancelling && (
        <Confirm title={t("deliveries.cancel_title", { destination: goesTo(delivery) })} action={t("deliveries.cancel")} keep={t("deliveries.keep")}
          onClose={() => setCancelling(false)} act={cancel}>
          <p>{t("deliveries.cancel_consequence")}</p>
        </Confirm>
      )}
    </>
  );
}

function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  return (
    <Facts
      of={[
        [t("deliveries.state"), <State is={delivery.state} />],
        [t("deliveries.waits_why"), delivery.waits_for && t(`deliveries.waits_for.${delivery.waits_for}`)],
        [t("deliveries.next"), (delivery.waits_until ?? delivery.scheduled_at) && delivery.state !== "completed" && <Time due at={new Date((delivery.waits_until ?? delivery.scheduled_at)!)} />],
        [t("deliveries.told"), delivery.notification && <a href={path("alarms", delivery.notification.alarm_id)}>{toldTo(delivery)}</a>],
        [t("deliveries.kind"), actionWord(delivery.kind)],
        [t("deliveries.script"), delivery.script && <a href={path("scripts", "rpc", delivery.script)}>{delivery.script}</a>],
        [t("deliveries.device"), <a href={path("devices", delivery.eui)}><code>{delivery.eui}</code></a>],
        [t("deliveries.execution"), delivery.execution_id && <a href={path("executions", delivery.execution_id)}>{t("deliveries.open_execution")}</a>],
        [t("deliveries.made"), <Time at={new Date(delivery.created_at)} />],
        [t("deliveries.finished"), delivery.finished_at && <Time at={new Date(delivery.finished_at)} />],
      ]}
    />
  );
}

const outcomes = ["delivered", "retryable", "permanent"];

function AttemptRow({ attempt }: { attempt: Attempt }) {
  const good = attempt.outcome === "delivered";
  const word = outcomes.includes(attempt.outcome) ? t(`outcome.${attempt.outcome}` as PlainKey) : attempt.outcome;
  return (
    <li class="attempt panel">
      <div class="panel-head">
        <h3>
          {t("executions.attempt", { number: attempt.number })} <span class={"badge " + (good ? "good" : attempt.outcome === "retryable" ? "warn" : "bad")}>{word}</span>
        </h3>
        <span class="muted small num">
          <Time at={new Date(attempt.at)} /> · {exact(new Date(attempt.at))} · {span(attempt.duration_ms)}
          {attempt.status ? ` · ${t("executions.status", { status: attempt.status })}` : ""}
        </span>
      </div>
      {attempt.error && (
        <Facts
          of={[
            [t("deliveries.meaning"), <span class="error-text">{serverWords(attempt.error.message)}</span>],
            [t("deliveries.remedy"), attempt.error.remedy && serverWords(attempt.error.remedy)],
          ]}
        />
      )}
      {attempt.reply && (
        <pre class="output" tabIndex={0} aria-label={t("executions.reply")}>
          {attempt.reply}
        </pre>
      )}
    </li>
  );
}
