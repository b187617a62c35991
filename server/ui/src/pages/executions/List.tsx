import { Activity } from "lucide-preact";
import { withParams } from "../../api/client";
import type { Execution } from "../../api/executions";
import { State } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips, GivenFilter } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { type Column, ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { failureWords } from "../../i18n/server_words";
import { path, route } from "../../route";
import { firstUplink } from "./example";
import { causeOf, firstError, tookOf } from "./story";

const states = ["failed", "waiting", "queued", "completed"] as const;

/** What happened, the newest first, live. */
export function List() {
  const { query } = route.value;
  const filters = { state: query.get("state") ?? "", eui: query.get("eui") ?? "" };
  const list = useList<Execution>(withParams("/executions", filters), (execution) => execution.id);
  const live = useLive(list.refresh, (event) => !filters.eui || event.eui === filters.eui);
  useListKeys();
  const unfiltered = !filters.state && !filters.eui;
  return (
    <>
      <PageHeader title={t("executions.title")} purpose={t("executions.purpose")} />
      <Failure text={list.failure} again={list.refresh} />
      {!list.items && !list.failure && <Skeleton />}
      {list.items?.length === 0 && unfiltered ? (
        <Empty icon={Activity} title={t("executions.empty_title")} snippet={firstUplink()}>
          {t("executions.empty")}
        </Empty>
      ) : (
        list.items && (
          <>
            <div class="filters">
              <FilterChips name="state" options={states.map((value) => ({ value, label: t(`state.${value}`) }))} />
              <GivenFilter name="eui" label={(eui) => t("executions.device_filter", { eui })} />
              <LiveState live={live} />
            </div>
            <div {...live.hold}>
              <ExecutionTable items={list.items} />
            </div>
            <ListFoot more={list.more} />
          </>
        )
      )}
    </>
  );
}

/** Executions as a table, for the list and for the pages of what they concern. */
export function ExecutionTable({ items, ofDevice = false }: { items: Execution[]; ofDevice?: boolean }) {
  return (
    <Table
      label={t("executions.title")}
      items={items}
      idOf={(execution) => execution.id}
      address={(execution) => path("executions", execution.id)}
      nameLabel={t("executions.what")}
      nameWidth="minmax(0, 2fr)"
      name={causeOf}
      below={(execution) => <ErrorLine execution={execution} />}
      columns={ofDevice ? columns.filter((column) => column !== deviceColumn).map(titled) : columns.map(titled)}
    />
  );
}

// Labels are asked for at every paint: they follow the language.
type Titled = Omit<Column<Execution>, "label"> & { title: () => string };
const titled = ({ title, ...column }: Titled): Column<Execution> => ({ ...column, label: title() });

const deviceColumn: Titled = {
  title: () => t("executions.device"),
  width: "minmax(0, 1.4fr)",
  cell: (execution) => (
    <a class="plain-link" href={path("devices", execution.eui)}>
      <code>{execution.eui}</code>
    </a>
  ),
};

const columns: Titled[] = [
  deviceColumn,
  { title: () => t("executions.state"), width: "8rem", cell: (execution) => <State is={execution.state} /> },
  { title: () => t("executions.ran"), width: "minmax(0, 2fr)", cell: (execution) => <Ran execution={execution} /> },
  { title: () => t("executions.took"), width: "5rem", cell: (execution) => <span class="num">{tookOf(execution) === undefined ? "—" : span(tookOf(execution)!)}</span> },
  { title: () => t("executions.when"), width: "7.5rem", cell: (execution) => <Time at={new Date(execution.created_at)} /> },
];

function Ran({ execution }: { execution: Execution }) {
  const names = [...new Set((execution.runs ?? []).map((run) => run.script))];
  if (!names.length) return <span class="muted">{t("executions.nothing_ran")}</span>;
  return <span>{names.join(" → ")}</span>;
}

function ErrorLine({ execution }: { execution: Execution }) {
  const error = firstError(execution);
  return error ? <span class="error-text small clipped">{failureWords(error)}</span> : null;
}
