import { BellOff } from "lucide-preact";
import type { Alarm } from "../../api/alarms";
import { withParams } from "../../api/client";
import { Level, levels, levelWord } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips, SearchBox } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { now, Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { t } from "../../i18n";
import { count, span } from "../../i18n/format";
import { path, route } from "../../route";
import { actorName } from "../audit/names";

const snippet = `return { actions: [{ method: "alarm", params: { name: "overheat", action: "new", title: "Too hot", level: "high" } }] };`;

/** The alarms that are active, or were. */
export function Board() {
  const { query } = route.value;
  const filters = { state: query.get("state") ?? "", level: query.get("level") ?? "", search: query.get("q") ?? "" };
  const list = useList<Alarm>(withParams("/alarms", filters), (alarm) => alarm.id);
  const live = useLive(list.refresh, (event) => event.type !== "delivery");
  useListKeys();
  const unfiltered = !Object.values(filters).some(Boolean);
  return (
    <>
      <PageHeader title={t("alarms.title")} purpose={t("alarms.purpose")} />
      <div class="filters">
        <SearchBox placeholder={t("alarms.search")} />
        <FilterChips name="level" options={levels.map((value) => ({ value, label: levelWord(value) }))} />
        <FilterChips name="state" options={[{ value: "cleared", label: t("alarms.show_cleared") }]} />
        <LiveState live={live} />
      </div>
      <Failure text={list.failure} again={list.refresh} />
      {!list.items && !list.failure && <Skeleton />}
      {list.items?.length === 0 && unfiltered ? (
        <Empty icon={BellOff} title={t("alarms.calm_title")} snippet={snippet}>
          {t("alarms.calm")}
        </Empty>
      ) : (
        list.items && (
          <>
            <div {...live.hold}>
              <AlarmTable items={list.items} />
            </div>
            <ListFoot more={list.more} search />
          </>
        )
      )}
    </>
  );
}

/** Alarms as a table, for the board and for the page of their device. */
function AlarmTable({ items }: { items: Alarm[] }) {
  return (
    <Table
      label={t("alarms.title")}
      items={items}
      idOf={(alarm) => alarm.id}
      address={(alarm) => path("alarms", alarm.id)}
      nameLabel={t("alarms.alarm")}
      nameWidth="minmax(0, 2.6fr)"
      name={(alarm) => alarm.title || alarm.alarm_name}
      below={(alarm) => <span class="muted clipped">{alarm.desc || alarm.alarm_name}</span>}
      columns={[
        { label: t("alarms.level"), width: "7rem", cell: (alarm) => <Level is={alarm.level} /> },
        {
          label: t("alarms.device"),
          width: "minmax(0, 1.3fr)",
          cell: (alarm) => (
            <a class="plain-link" href={path("devices", alarm.eui)}>
              <code>{alarm.eui}</code>
            </a>
          ),
        },
        { label: t("alarms.count"), width: "5.5rem", cell: (alarm) => <span class="num">{t("alarms.times", { count: count(alarm.count) })}</span> },
        { label: t("alarms.who"), width: "8rem", cell: (alarm) => alarm.acknowledged_by ? actorName(alarm.acknowledged_by) : <span class="muted">{alarm.state === "active" ? t("alarms.nobody") : "—"}</span> },
        {
          label: t("alarms.since"),
          width: "8.5rem",
          cell: (alarm) => (
            <>
              <Time at={new Date(alarm.start_time)} /> {alarm.cleared_time && <span class="muted small">· {span(lastedMs(alarm, now.value))}</span>}
            </>
          ),
        },
      ]}
    />
  );
}

/** How long it was active, or has been. */
export const lastedMs = (alarm: Alarm, at: Date) => Math.max(0, (alarm.cleared_time ? Date.parse(alarm.cleared_time) : at.getTime()) - Date.parse(alarm.start_time));
