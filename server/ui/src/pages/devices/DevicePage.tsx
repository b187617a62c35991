import { PhoneOutgoing, Router, Settings2, Trash2 } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { withParams } from "../../api/client";
import type { Delivery } from "../../api/deliveries";
import { deleteDevice, type Device, getDevice } from "../../api/devices";
import type { Execution } from "../../api/executions";
import { Confirm } from "../../components/Confirm";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { useListKeys } from "../../components/ListKeys";
import { useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot } from "../../components/Table";
import { Tabs } from "../../components/Tabs";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useList } from "../../components/useList";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { go, path, route, withQuery } from "../../route";
import { may } from "../../session";
import { DeliveryTable } from "../deliveries/List";
import { ExecutionTable } from "../executions/List";
import { Attributes } from "./Attributes";
import { CallDialog } from "./CallDialog";
import { DeviceEditor } from "./DeviceEditor";
import { AlarmDot, LastSeen, Tags } from "./List";
import { Mounts } from "./Mounts";
import { Telemetry } from "./Telemetry";
import { UplinkDialog } from "./UplinkDialog";

const doing = (what: string) => go(withQuery(location.pathname, { do: what }), { replace: !what });

/** One device, part by part. */
export function DevicePage({ eui }: { eui: string }) {
  const { data: device, failure, missing, reload } = useLoaded(eui, () => getDevice(eui));
  useLive(reload, (event) => event.eui === device?.eui);
  const back = { href: path("devices"), label: t("devices.title") };
  const { rest, query } = route.value;
  if (!device) {
    return (
      <>
        <PageHeader title={eui} purpose={missing ? t("unknown_thing") : t("devices.purpose_one")} back={back} />
        {!missing && <Failure text={failure} again={reload} />}
        {!failure && <Skeleton of="panels" />}
      </>
    );
  }
  const part = rest[1] ?? "";
  const act = query.get("do") ?? "";
  return (
    <>
      <PageHeader title={device.name || device.eui} purpose={t("devices.purpose_one")} back={back}>
        <Actions />
      </PageHeader>
      <Failure text={failure} again={reload} />
      <DeviceFacts device={device} />
      <Tabs tabs={tabs()} current={part} label={t("devices.sections")} address={(name) => (name ? path("devices", device.eui, name) : path("devices", device.eui))} />
      <Part part={part} device={device} reload={reload} />
      {act === "uplink" && may("post_uplinks") && <UplinkDialog device={device} onClose={() => doing("")} onSent={reload} />}
      {act === "call" && may("call_rpc") && <CallDialog device={device} onClose={() => doing("")} onCalled={reload} />}
      {act === "edit" && may("write") && <DeviceEditor device={device} onClose={() => doing("")} onSaved={() => (doing(""), void reload())} />}
      {act === "delete" && may("write") && <Remove device={device} onClose={() => doing("")} />}
    </>
  );
}

const tabs = () => [
  { name: "", label: t("devices.tab_telemetry") },
  { name: "attributes", label: t("devices.tab_attributes") },
  { name: "mounts", label: t("devices.tab_mounts") },
  { name: "executions", label: t("devices.tab_executions") },
  { name: "deliveries", label: t("devices.tab_deliveries") },
];

function Actions() {
  return (
    <>
      {may("write") && (
        <>
          <button type="button" class="icon-button" aria-label={t("devices.delete")} title={t("devices.delete")} onClick={() => doing("delete")}>
            <Trash2 aria-hidden />
          </button>
          <button type="button" class="icon-button" aria-label={t("edit")} title={t("edit")} onClick={() => doing("edit")}>
            <Settings2 aria-hidden />
          </button>
        </>
      )}
      {may("call_rpc") && (
        <button type="button" class="button" onClick={() => doing("call")}>
          <PhoneOutgoing aria-hidden /> {t("devices.call")}
        </button>
      )}
      {may("post_uplinks") && (
        <button type="button" class="button primary" onClick={() => doing("uplink")}>
          <Router aria-hidden /> {t("devices.uplink")}
        </button>
      )}
    </>
  );
}

function DeviceFacts({ device }: { device: Device }) {
  return (
    <section class="panel">
      <Facts
        of={[
          [t("devices.eui"), <code>{device.eui}</code>],
          [t("devices.last_seen"), <LastSeen device={device} />],
          [t("devices.alarms"), <AlarmDot device={device} />],
          [t("devices.type"), device.device_type],
          [t("devices.tags"), device.tags.length > 0 && <Tags tags={device.tags} />],
          [t("devices.parent"), device.parent && <a href={path("devices", device.parent)}>{device.parent}</a>],
          [t("devices.made"), <Time at={new Date(device.created_at)} />],
        ]}
      />
    </section>
  );
}

function Part({ part, device, reload }: { part: string; device: Device; reload: () => Promise<void> }) {
  switch (part) {
    case "attributes":
      return <Attributes key={device.eui} device={device} onSaved={reload} />;
    case "mounts":
      return <Mounts device={device} onSaved={reload} />;
    case "executions":
      return <Happened<Execution> key={part} device={device} path="/executions" table={(items) => <ExecutionTable items={items} ofDevice />} />;
    case "deliveries":
      return <Happened<Delivery> key={part} device={device} path="/deliveries" table={(items) => <DeliveryTable items={items} ofOneDevice />} />;
    default:
      return <Telemetry device={device} />;
  }
}

interface HappenedProps<T> {
  device: Device;
  path: string; // of the list in the interface
  table: (items: T[]) => ComponentChildren;
}

/** What happened to the device, live. */
function Happened<T extends { id: string }>({ device, path, table }: HappenedProps<T>) {
  const list = useList<T>(withParams(path, { eui: device.eui }), (item) => item.id);
  const live = useLive(list.refresh, (event) => event.eui === device.eui);
  useListKeys();
  if (!list.items) return list.failure ? <Failure text={list.failure} again={list.refresh} /> : <Skeleton />;
  if (list.items.length === 0) return <p class="muted">{t("devices.nothing_happened")}</p>;
  return (
    <>
      <div {...live.hold}>{table(list.items)}</div>
      <ListFoot more={list.more} />
    </>
  );
}

function Remove({ device, onClose }: { device: Device; onClose: () => void }) {
  const name = device.name || device.eui;
  const [gone, setGone] = useState(false);
  const remove = async () => {
    await deleteDevice(device.eui);
    setGone(true);
    say(t("devices.deleted", { name }));
    go(path("devices"), { replace: true });
  };
  return (
    <Confirm title={t("devices.delete_title", { name })} action={t("devices.delete")} act={remove} onClose={() => !gone && onClose()}>
      <p>{t("devices.delete_consequence")}</p>
    </Confirm>
  );
}
