import { type Destination, listDestinations, retryMany } from "../../api/deliveries";
import { withParams } from "../../api/client";
import { useLive } from "../../components/Live";
import { explain } from "../../components/problem";
import { now, Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { relative, t } from "../../i18n";
import { serverWords } from "../../i18n/server_words";
import { count, percent, span } from "../../i18n/format";
import { path } from "../../route";
import { may } from "../../session";
import { changeAll } from "./Bulk";

const minutes = 60;

/** How the destinations do: what arrives there, what waits, when the next message may go. */
export function Destinations({ onRetried }: { onRetried: () => void }) {
  const { data: destinations, reload } = useLoaded("destinations", listDestinations);
  const live = useLive(reload, (event) => event.type === "delivery");
  if (!destinations?.length) return null;
  return (
    <section class="section" {...live.hold}>
      <h2>{t("deliveries.destinations")}</h2>
      <ul class="destinations">
        {destinations.map((destination) => (
          <DestinationCard key={destination.id} destination={destination} onRetried={() => (onRetried(), void reload())} />
        ))}
      </ul>
    </section>
  );
}

function DestinationCard({ destination, onRetried }: { destination: Destination; onRetried: () => void }) {
  const { url, service, target, script, state, since, ok, failed, last_error } = destination;
  const tried = ok + failed;
  // It answers, so it is not down; that it takes nothing is what people have to know.
  const shown = state === "up" && failed > 0 && ok === 0 ? "refusing" : state;
  const retry = () =>
    changeAll({ state: "discarded", destination: url }, retryMany, "deliveries.retried")
      .then(onRetried)
      .catch((problem) => say(explain(problem), { failed: true }));
  return (
    <li class="panel destination">
      <div class="panel-head">
        <h3>
          <a class="plain-link" href={withParams(path("deliveries"), { destination: url })}>
            {service ? [service, target].filter(Boolean).join(" · ") : [hostOf(url), script].filter(Boolean).join(" · ")}
          </a>
        </h3>
        <span class={"badge " + tones[shown]}>{t(`deliveries.dest.${shown}`)}</span>
      </div>
      <code class="muted one-line" title={url}>
        {url}
      </code>
      <HealthBars destination={destination} />
      <p class="small line num">
        <span>{tried ? t("deliveries.rate", { share: percent(ok / tried), count: count(tried) }) : t("deliveries.quiet")}</span>
        <span>{t("deliveries.waits", { count: count(destination.waiting) })}</span>
        {!(shown === "down" && !destination.held_by) && <span class="muted">{nextSlot(destination)}</span>}
      </p>
      {destination.budgets.length > 0 && (
        <p class="small muted">{destination.budgets.map((budget) => t("deliveries.budget", { limit: count(budget.limit), span: span(budget.window_seconds * 1000) })).join(" · ")}</p>
      )}
      {shown !== "up" && last_error && (
        <p class="small">
          <span class="error-text">{serverWords(last_error.message)}</span> {since && <span class="muted">{t("deliveries.since", { when: relative(new Date(since), now.value) })}</span>}
        </p>
      )}
      {may("operate") && failed > 0 && (
        <button type="button" class="button small-button" onClick={() => void retry()}>
          {t("deliveries.retry_here")}
        </button>
      )}
    </li>
  );
}

const tones = { up: "good", refusing: "warn", failing: "warn", down: "bad" };

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host || url : url);

function nextSlot({ held_by, next_slot }: Destination) {
  if (!held_by || !next_slot) return t("deliveries.slot_now");
  return (
    <>
      {t(`deliveries.held.${held_by}`)} <Time due at={new Date(next_slot)} />
    </>
  );
}

/** Attempts of the last hour, minute by minute: what arrived upwards, what failed downwards. */
function HealthBars({ destination }: { destination: Destination }) {
  const first = Math.floor(now.value.getTime() / 60_000) - minutes + 1;
  const bars = (destination.minutes ?? []).map((minute) => ({ at: Math.floor(Date.parse(minute.at) / 60_000) - first, ok: minute.ok ?? 0, failed: minute.failed ?? 0 }));
  const most = Math.max(1, ...bars.map((bar) => bar.ok + bar.failed));
  const label = t("deliveries.health_label", { ok: count(destination.ok), failed: count(destination.failed) });
  return (
    <svg class="health" viewBox="0 0 600 32" preserveAspectRatio="none" role="img" aria-label={label}>
      <line x1="0" x2="600" y1="31.5" y2="31.5" />
      {bars
        .filter((bar) => bar.at >= 0 && bar.at < minutes)
        .map(({ at, ok, failed }) => (
          <g key={at}>
            <rect class="arrived" x={at * 10 + 1} width="8" y={31 - (30 * ok) / most} height={(30 * ok) / most} />
            <rect class="missed" x={at * 10 + 1} width="8" y={31 - (30 * (ok + failed)) / most} height={(30 * failed) / most} />
          </g>
        ))}
    </svg>
  );
}
