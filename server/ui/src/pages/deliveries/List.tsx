import { SendHorizontal } from "lucide-preact";
import { useState } from "preact/hooks";
import { withParams } from "../../api/client";
import { type Delivery, toldTo } from "../../api/deliveries";
import { State } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips, GivenFilter } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { type Column, ListFoot, Table } from "../../components/Table";
import { now, Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { exact, relative, t } from "../../i18n";
import { serverWords } from "../../i18n/server_words";
import { count } from "../../i18n/format";
import { path, route } from "../../route";
import { may } from "../../session";
import { actionWord } from "../executions/StepBody";
import { Bulk } from "./Bulk";
import { Destinations } from "./Destinations";

const states = ["discarded", "retryable", "scheduled", "available", "running", "completed", "cancelled"] as const;

/** What is on its way and what became of it, the newest first, live. */
export function List() {
  const { query } = route.value;
  const filters = { state: query.get("state") ?? "", eui: query.get("eui") ?? "", destination: query.get("destination") ?? "" };
  const list = useList<Delivery>(withParams("/deliveries", filters), (delivery) => delivery.id);
  const live = useLive(list.refresh);
  const [chosen, setChosen] = useState(new Set<string>());
  useListKeys();
  const unfiltered = !Object.values(filters).some(Boolean);
  const picked = list.items?.filter((delivery) => chosen.has(delivery.id)) ?? [];

  return (
    <>
      <PageHeader title={t("deliveries.title")} purpose={t("deliveries.purpose")} />
      <Failure text={list.failure} again={list.refresh} />
      {!list.items && !list.failure && <Skeleton />}
      {list.items?.length === 0 && unfiltered ? (
        <Empty icon={SendHorizontal} title={t("deliveries.empty_title")}>
          {t("deliveries.empty")}
        </Empty>
      ) : (
        list.items && (
          <>
            {unfiltered && <Destinations onRetried={() => void list.refresh()} />}
            <div class="filters">
              <FilterChips name="state" options={states.map((value) => ({ value, label: t(`state.${value}`) }))} />
              <GivenFilter name="eui" label={(eui) => t("deliveries.filter_eui", { eui })} />
              <GivenFilter name="destination" label={(url) => t("deliveries.filter_destination", { url })} />
              <LiveState live={live} />
            </div>
            {picked.length > 0 && <Bulk deliveries={picked} onDone={() => (setChosen(new Set()), void list.refresh())} onNone={() => setChosen(new Set())} />}
            <div {...live.hold}>
              <DeliveryTable items={list.items} choose={may("operate") ? { chosen, set: setChosen } : undefined} />
            </div>
            <ListFoot more={list.more} />
          </>
        )
      )}
    </>
  );
}

interface TableProps {
  items: Delivery[];
  ofOneDevice?: boolean; // whose page it is: no need to name it
  choose?: { chosen: Set<string>; set: (chosen: Set<string>) => void } | undefined;
}

/** Deliveries as a table, for the list and for the pages of what they concern. */
export function DeliveryTable({ items, ofOneDevice = false, choose }: TableProps) {
  return (
    <Table
      label={t("deliveries.title")}
      items={items}
      idOf={(delivery) => delivery.id}
      address={(delivery) => path("deliveries", delivery.id)}
      choose={choose && { ...choose, nameOf: (delivery: Delivery) => `${delivery.destination}, ${exact(new Date(delivery.created_at))}` }}
      nameLabel={t("deliveries.to")}
      nameWidth="minmax(0, 3fr)"
      name={goesTo}
      below={(delivery) => <Below delivery={delivery} />}
      columns={[
        { label: t("deliveries.state"), width: "9.5rem", cell: (delivery) => <State is={delivery.state} /> },
        { label: t("deliveries.script"), width: "minmax(0, 1fr)", cell: (delivery) => delivery.script || <span class="muted">—</span> },
        ...(ofOneDevice ? [] : [deviceColumn()]),
        { label: t("deliveries.attempts"), width: "5rem", cell: (delivery) => <Tries delivery={delivery} /> },
        { label: t("deliveries.made"), width: "7.5rem", cell: (delivery) => <Time at={new Date(delivery.created_at)} /> },
      ]}
    />
  );
}

const deviceColumn = (): Column<Delivery> => ({
  label: t("deliveries.device"),
  width: "minmax(0, 1.2fr)",
  cell: (delivery) => (
    <a class="plain-link" href={path("devices", delivery.eui)}>
      <code>{delivery.eui}</code>
    </a>
  ),
});

/** Who is told, the host, or what stands in its place. */
export function goesTo(delivery: Delivery): string {
  const { destination, kind } = delivery;
  const host = URL.canParse(destination) ? new URL(destination).host : destination === kind ? actionWord(kind) : destination;
  return toldTo(delivery) ?? host;
}

function Below({ delivery }: { delivery: Delivery }) {
  const [, rest] = /^https?:\/\/[^/]+(\/.*)$/.exec(delivery.destination) ?? [];
  return (
    <>
      {rest && <code class="muted one-line">{rest}</code>}
      {delivery.error && delivery.state !== "completed" && <span class="error-text small clipped">{serverWords(delivery.error.message)}</span>}
    </>
  );
}

function Tries({ delivery }: { delivery: Delivery }) {
  const next = delivery.state === "retryable" && delivery.scheduled_at;
  return (
    <span class="num" title={next ? `${t("deliveries.next")}: ${relative(new Date(next), now.value)}` : undefined}>
      {count(delivery.tries)}
    </span>
  );
}
