import { History } from "lucide-preact";
import { runsPath, type ScriptRun } from "../../api/scripts";
import { State } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { LiveState, useLive } from "../../components/Live";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { t } from "../../i18n";
import { span } from "../../i18n/format";
import { path, route } from "../../route";
import { addressOf } from "./List";
import type { Bench } from "./ScriptPage";

const idOf = ({ execution_id, started_at, eui }: ScriptRun) => execution_id + started_at + eui;

/** The latest runs, live; each leads to its whole story, and to the editor with its inputs. */
export function Runs({ bench: { kind, name, writes } }: { bench: Bench }) {
  const failed = route.value.query.get("show") === "failed";
  const { items, failure, more, refresh } = useList<ScriptRun>(runsPath(kind, name, failed), idOf);
  const live = useLive(refresh, ({ type }) => type === "execution");
  useListKeys();
  return (
    <div class="section">
      <div class="filters">
        <FilterChips name="show" options={[{ value: "failed", label: t("scripts.only_failed") }]} />
        <LiveState live={live} />
      </div>
      <Failure text={failure} again={refresh} />
      {!items && !failure && <Skeleton />}
      {items?.length === 0 && (
        <Empty icon={History} title={t(failed ? "scripts.runs_none_failed" : "scripts.runs_none_title")}>
          {t("scripts.runs_none")}
        </Empty>
      )}
      {items && items.length > 0 && (
        <div {...live.hold}>
          <Table
            label={t("scripts.tab_runs")}
            items={items}
            idOf={idOf}
            address={({ execution_id }) => path("executions", execution_id)}
            nameLabel={t("scripts.when")}
            nameWidth="9rem"
            name={({ started_at }) => <Time at={new Date(started_at)} />}
            columns={[
              { label: t("scripts.device"), width: "minmax(0, 1.3fr)", cell: ({ eui }) => <code>{eui}</code> },
              { label: t("scripts.version_short"), width: "5rem", cell: ({ version }) => version ?? t("scripts.library") },
              { label: t("scripts.cpu"), width: "5.5rem", cell: ({ cpu_ms }) => <span class="num">{span(cpu_ms)}</span> },
              { label: t("result"), width: "minmax(0, 3fr)", cell: ({ error }) => (error ? <span class="error-text small clipped">{error.message}</span> : <State is="completed" />) },
              {
                label: t("actions"),
                width: "9rem",
                cell: ({ execution_id }) => writes && <a href={`${addressOf({ kind, name })}?execution=${execution_id}`}>{t("scripts.run_again")}</a>,
              },
            ]}
          />
          <ListFoot more={more} />
        </div>
      )}
      {more && items?.length === 0 && (
        <div>
          <button type="button" class="button" onClick={() => void more()}>
            {t("scripts.look_further")}
          </button>
        </div>
      )}
    </div>
  );
}
