import { useLoaded } from "../../components/useLoaded";
import type { AlarmNotification, AlarmStory } from "../../api/alarms";
import { get, type Page, withParams } from "../../api/client";
import type { Delivery } from "../../api/deliveries";
import { State } from "../../components/Badge";
import { Table } from "../../components/Table";
import { now, Time } from "../../components/Time";
import { type PlainKey, relative, t } from "../../i18n";
import { serverWords } from "../../i18n/server_words";
import { listed } from "../../i18n/format";
import { path } from "../../route";
import { DeliveryTable } from "../deliveries/List";

/** Who was told of the alarm by which service, and with what answer; without any, what else left the device's scripts in its time. */
export function Told({ alarm }: { alarm: AlarmStory }) {
  const { notifications, upcoming } = alarm;
  const { data: others } = useLoaded(`${alarm.eui} ${alarm.update_time}`, () => deliveriesDuring(alarm));
  return (
    <section class="section">
      <h2>{t("alarms.told")}</h2>
      {alarm.unknown_groups && alarm.unknown_groups.length > 0 && <p class="error-text">{t("alarms.unknown_groups", { names: listed(alarm.unknown_groups) })}</p>}
      {notifications.length > 0 ? <NotificationTable items={notifications} /> : <p class="muted">{t("alarms.told_nobody")}</p>}
      {upcoming?.map(({ service, at, event }) => (
        <p key={service + event} class="muted small">
          {t("alarms.upcoming", { service, when: relative(new Date(at), now.value, t("time.soon")) })}
        </p>
      ))}
      {others && others.length > 0 && (
        <>
          <h3>{t("alarms.told_others")}</h3>
          <DeliveryTable items={others} ofOneDevice />
        </>
      )}
    </section>
  );
}

const events = ["raise", "change", "clear", "repeat"];

function NotificationTable({ items }: { items: AlarmNotification[] }) {
  return (
    <Table
      label={t("alarms.told")}
      items={items}
      idOf={(one) => one.delivery_id}
      address={(one) => path("deliveries", one.delivery_id)}
      nameLabel={t("alarms.told_to")}
      nameWidth="minmax(0, 1.6fr)"
      name={(one) => [one.service, one.target].filter(Boolean).join(" · ")}
      below={(one) => <span class="muted">{one.rule ? t("alarms.by_rule", { name: one.rule }) : t("alarms.by_alarm")}</span>}
      columns={[
        { label: t("alarms.told_what"), width: "6.5rem", cell: (one) => (events.includes(one.event) ? t(`alarms.event.${one.event}` as PlainKey) : one.event) },
        { label: t("deliveries.state"), width: "9.5rem", cell: (one) => <State is={one.state} /> },
        { label: t("alarms.told_answer"), width: "minmax(0, 2fr)", cell: (one) => (one.error ? <span class="error-text">{serverWords(one.error.message)}</span> : <code class="muted">{one.reply}</code>) },
        { label: t("executions.when"), width: "8rem", cell: (one) => <Time at={new Date(one.created_at)} /> },
      ]}
    />
  );
}

async function deliveriesDuring(alarm: AlarmStory): Promise<Delivery[]> {
  const { items } = await get<Page<Delivery>>(withParams("/deliveries", { eui: alarm.eui, limit: 50 }));
  const begun = Date.parse(alarm.start_time) - 1000; // the run that raised it sent them as well
  const ended = alarm.cleared_time ? Date.parse(alarm.cleared_time) + 1000 : Infinity;
  return items.filter(({ kind, created_at }) => kind === "axios" && Date.parse(created_at) >= begun && Date.parse(created_at) <= ended).slice(0, 10);
}
