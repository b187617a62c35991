import type { AuditEntry } from "../../api/audit";
import { withParams } from "../../api/client";
import { Dialog } from "../../components/Dialog";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { FilterChips, SearchBox } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { exact, t } from "../../i18n";
import { go, path, route, withQuery } from "../../route";
import { Changes } from "./Changes";
import { actionName, actorName } from "./names";
import "./audit.css";

const areas = ["org_param", "script", "device", "alarm", "delivery", "notification", "user", "token", "session"] as const;

// Addresses: /audit with ?q=, /audit/ID (that one open).
export default function Audit() {
  const { query, rest } = route.value;
  const list = useList<AuditEntry>(withParams("/audit", { search: query.get("q") ?? "" }), (entry) => entry.id);
  useListKeys();
  const opened = list.items?.find((entry) => entry.id === rest[0]);
  return (
    <>
      <PageHeader title={t("audit.title")} purpose={t("audit.purpose")} />
      <div class="filters">
        <SearchBox placeholder={t("audit.search")} />
        <FilterChips name="q" options={areas.map((area) => ({ value: area === "notification" ? area : area + ".", label: t(`audit.area.${area}`) }))} />
      </div>
      <Failure text={list.failure} again={list.refresh} />
      {!list.items && !list.failure && <Skeleton />}
      {list.items && (
        <>
          <Table
            label={t("audit.title")}
            items={list.items}
            idOf={(entry) => entry.id}
            address={(entry) => withQuery(path("audit", entry.id))}
            nameLabel={t("audit.what")}
            nameWidth="minmax(0, 1.6fr)"
            name={(entry) => actionName(entry.action)}
            columns={[
              { label: t("audit.target"), width: "minmax(0, 2fr)", cell: (entry) => <code>{entry.target}</code> },
              { label: t("audit.who"), width: "minmax(0, 1.2fr)", cell: (entry) => actorName(entry.actor) },
              { label: t("audit.when"), width: "8.5rem", cell: (entry) => <Time at={new Date(entry.time)} /> },
            ]}
          />
          <ListFoot more={list.more} search />
        </>
      )}
      {opened && <EntryDialog entry={opened} onClose={() => go(withQuery(path("audit")))} />}
    </>
  );
}

function EntryDialog({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  return (
    <Dialog place="side" title={actionName(entry.action)} onClose={onClose}>
      <div class="form">
        <Facts
          of={[
            [t("audit.target"), <code>{entry.target}</code>],
            [t("audit.who"), actorName(entry.actor)],
            [t("audit.when"), exact(new Date(entry.time))],
          ]}
        />
        <Changes entry={entry} />
      </div>
    </Dialog>
  );
}
