import { Plus, Router } from "lucide-preact";
import { withParams } from "../../api/client";
import type { Device } from "../../api/devices";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips, SearchBox } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { useList } from "../../components/useList";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { go, path, route, withQuery } from "../../route";
import { may } from "../../session";
import { DeviceEditor } from "./DeviceEditor";

const openNew = () => go(withQuery(path("devices"), { new: "1" }));

const snippet = () => `curl -H "Authorization: Bearer $TOKEN" -X PUT ${location.origin}/api/v1/devices/a84041000181c061 --json '{ "name": "Cold room 2" }'`;

/** All devices, by EUI. */
export function List() {
  const { query } = route.value;
  const filters = { search: query.get("q") ?? "", alarms: query.get("alarms") ? "true" : "" };
  const list = useList<Device>(withParams("/devices", filters), (device) => device.eui);
  useListKeys(may("write") ? openNew : undefined);
  const unfiltered = !Object.values(filters).some(Boolean);
  const empty = list.items?.length === 0 && unfiltered;
  return (
    <>
      <PageHeader title={t("devices.title")} purpose={t("devices.purpose")}>
        {may("write") && (
          <button type="button" class="button primary" onClick={openNew}>
            <Plus aria-hidden /> {t("devices.add")}
          </button>
        )}
      </PageHeader>
      {!empty && (
        <div class="filters">
          <SearchBox placeholder={t("devices.search")} />
          <FilterChips name="alarms" options={[{ value: "1", label: t("devices.filter_alarms") }]} />
        </div>
      )}
      <Failure text={list.failure} again={list.refresh} />
      {!list.items && !list.failure && <Skeleton />}
      {empty ? (
        <Empty icon={Router} title={t("devices.empty_title")} snippet={snippet()}>
          {t("devices.empty")}
        </Empty>
      ) : (
        list.items && (
          <>
            <DeviceTable items={list.items} />
            <ListFoot more={list.more} search add={may("write")} />
          </>
        )
      )}
      {query.get("new") && may("write") && <DeviceEditor onClose={() => go(withQuery(path("devices"), { new: "" }))} onSaved={(device) => go(path("devices", device.eui))} />}
    </>
  );
}

function DeviceTable({ items }: { items: Device[] }) {
  return (
    <Table
      label={t("devices.title")}
      items={items}
      idOf={(device) => device.eui}
      address={(device) => path("devices", device.eui)}
      nameLabel={t("devices.name")}
      nameWidth="minmax(0, 2fr)"
      name={(device) => device.name || device.eui}
      below={(device) => <code class="muted">{device.eui}</code>}
      columns={[
        { label: t("devices.type"), width: "minmax(0, 1fr)", cell: (device) => device.device_type || <span class="muted">—</span> },
        { label: t("devices.tags"), width: "minmax(0, 1.3fr)", cell: (device) => <Tags tags={device.tags} /> },
        { label: t("devices.alarms"), width: "7rem", cell: (device) => <AlarmDot device={device} /> },
        { label: t("devices.last_seen"), width: "8.5rem", cell: (device) => <LastSeen device={device} /> },
      ]}
    />
  );
}

export function Tags({ tags }: { tags: string[] }) {
  if (!tags.length) return <span class="muted">—</span>;
  return (
    <span class="names-list">
      {tags.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
    </span>
  );
}

/** Active alarms, in colour and in words, as a link to them. */
export function AlarmDot({ device }: { device: Device }) {
  if (!device.active_alarms) return <span class="muted">{t("devices.no_alarms")}</span>;
  return (
    <a class="badge bad" href={withParams(path("alarms"), { q: device.eui })}>
      {t("devices.active_alarms", { count: count(device.active_alarms) })}
    </a>
  );
}

export function LastSeen({ device }: { device: Device }) {
  return device.last_seen ? <Time at={new Date(device.last_seen)} /> : <span class="muted">{t("devices.never_seen")}</span>;
}
