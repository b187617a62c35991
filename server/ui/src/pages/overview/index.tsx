import type { ComponentChildren } from "preact";
import type { Overview } from "../../api/overview";
import { getOverview } from "../../api/overview";
import { withParams } from "../../api/client";
import { Level, levels } from "../../components/Badge";
import { Chart } from "../../components/Chart";
import { Failure } from "../../components/Failure";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { failureWords } from "../../i18n/server_words";
import { path } from "../../route";
import { Steps } from "./Steps";
import "./overview.css";

const calm = 3000; // milliseconds: sums of much need not follow every uplink
const mostCounted = 10_000; // of a state, by the server

/** How the work stands, at a glance. */
export default function OverviewPage() {
  const { data, failure, reload } = useLoaded("overview", getOverview);
  const live = useLive(reload, undefined, calm);
  return (
    <>
      <PageHeader title={t("overview.title")} purpose={t("overview.purpose")} />
      <Failure text={failure} again={reload} />
      {!data && !failure && <Skeleton of="panels" />}
      {data && (
        <>
          {!Object.values(data.steps).every(Boolean) && <Steps steps={data.steps} />}
          <Rate data={data}>
            <LiveState live={live} />
          </Rate>
          <div class="overview-cards">
            <Alarms data={data} />
            <Deliveries data={data} />
          </div>
          <Scripts data={data} />
        </>
      )}
    </>
  );
}

function Rate({ data, children }: { data: Overview; children: ComponentChildren }) {
  const counts = data.minutes.map((minute) => minute.count);
  const points = data.minutes.map(({ at, count }): [number, number] => [Date.parse(at) / 1000, count]);
  const hour = counts.reduce((sum, count) => sum + count, 0);
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{t("overview.rate")}</h2>
        {children}
      </div>
      <p class="muted">{t("overview.rate_now", { count: count(counts.at(-2) ?? 0), hour: count(hour) })}</p>
      <Chart points={points} label={t("overview.rate_label")} bars axes height={150} />
    </section>
  );
}

function Alarms({ data }: { data: Overview }) {
  const active = levels.filter((level) => data.alarms[level]);
  return (
    <section class="panel">
      <h2>
        <a class="plain-link" href={path("alarms")}>
          {t("overview.alarms")}
        </a>
      </h2>
      {active.length === 0 && <p class="muted">{t("overview.no_alarms")}</p>}
      <ul class="tallies">
        {active.map((level) => (
          <li key={level}>
            <a href={withParams(path("alarms"), { level })}>
              <strong class="num">{count(data.alarms[level]!)}</strong> <Level is={level} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const deliveryStates = [
  ["waiting", "scheduled", ""],
  ["retrying", "retryable", "warn"],
  ["failed", "discarded", "bad"],
] as const;

function Deliveries({ data }: { data: Overview }) {
  return (
    <section class="panel">
      <h2>
        <a class="plain-link" href={path("deliveries")}>
          {t("overview.deliveries")}
        </a>
      </h2>
      <ul class="tallies">
        {deliveryStates.map(([name, state, tone]) => {
          const n = data.deliveries[name];
          return (
            <li key={name}>
              <a href={withParams(path("deliveries"), { state })}>
                <strong class="num">{n >= mostCounted ? t("overview.at_most", { count: count(n) }) : count(n)}</strong>{" "}
                <span class={"badge " + (n ? tone : "")}>{t(`overview.${name}`)}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Scripts({ data }: { data: Overview }) {
  return (
    <section class="panel">
      <h2>{t("overview.scripts")}</h2>
      {data.scripts.length === 0 && <p class="muted">{t("overview.scripts_fine")}</p>}
      <ul class="troubled">
        {data.scripts.map(({ kind, name, paused, last_error }) => (
          <li key={kind + name}>
            <a href={path("scripts", kind, name)}>{name}</a>
            <span class={"badge " + (paused ? "warn" : "bad")}>{t(paused ? "overview.paused" : "overview.failing")}</span>
            {last_error && (
              <>
                <a class="muted" href={path("executions", last_error.execution_id)}>
                  <Time at={new Date(last_error.at)} />
                </a>
                <span class="error-text clipped">{paused ? failureWords({ code: paused.code, message: paused.reason }) : failureWords(last_error)}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
