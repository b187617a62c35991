import type { Alarm, AlarmStory } from "../../api/alarms";
import { Level, levelWord } from "../../components/Badge";
import { now, Time } from "../../components/Time";
import { day, exact, t } from "../../i18n";
import { count, span } from "../../i18n/format";
import { path } from "../../route";
import { lastedMs } from "./Board";

const leastWidth = 0.006; // of the drawing: what was short is seen all the same
const listed = 12;

/** When the device had this alarm, drawn over time and told in a list. */
export function History({ alarm }: { alarm: AlarmStory }) {
  const all = alarm.history;
  const first = all.at(-1) ?? alarm;
  const from = Date.parse(first.start_time);
  const until = Math.max(now.value.getTime(), from + 1);
  const at = (time: number) => (time - from) / (until - from);
  return (
    <section class="section">
      <div class="list-head">
        <h2>{t("alarms.history")}</h2>
        <span class="muted small">{t("alarms.history_of", { count: count(all.length), day: day(new Date(from)) })}</span>
      </div>
      <div class="panel">
        <svg class="spans" viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label={t("alarms.history_label")}>
          <line x1="0" x2="1000" y1="27" y2="27" />
          {all.map((one) => (
            <rect key={one.id} class={"level-" + one.level} x={at(Date.parse(one.start_time)) * 1000} y="3"
              width={Math.max(lastedMs(one, now.value) / (until - from), leastWidth) * 1000} height="22">
              <title>{`${levelWord(one.level)} · ${exact(new Date(one.start_time))} · ${span(lastedMs(one, now.value))}`}</title>
            </rect>
          ))}
        </svg>
        <div class="spans-axis muted small num">
          <span>{exact(new Date(from))}</span>
          <span>{t("time.now")}</span>
        </div>
        <ul class="occurrences">
          {all.slice(0, listed).map((one) => (
            <Occurrence key={one.id} one={one} current={one.id === alarm.id} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Occurrence({ one, current }: { one: Alarm; current: boolean }) {
  return (
    <li aria-current={current ? "true" : undefined}>
      <Level is={one.level} />
      <a href={path("alarms", one.id)}>
        <Time at={new Date(one.start_time)} />
      </a>
      <span class="num">{span(lastedMs(one, now.value))}</span>
      <span class="muted num">{t("alarms.times", { count: count(one.count) })}</span>
      <span class="muted">{one.recovery_note || one.desc}</span>
    </li>
  );
}
