// Where a dry run's inputs come from: a device, something that was recorded, a saved case.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, type Page, withParams } from "../../api/client";
import type { Execution } from "../../api/executions";
import { listCases, type SavedCase } from "../../api/scripts";
import { State } from "../../components/Badge";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import type { Bench } from "./ScriptPage";
import type { Trial } from "./trial";

interface Named {
  eui: string;
  name: string;
}

/** Finds a device by part of its name or EUI. */
export function DevicePicker({ onPick, onClose, title = t("scripts.choose_device") }: { onPick: (device: Named) => void; onClose: () => void; title?: string }) {
  const [typed, setTyped] = useState("");
  const search = useCalm(typed.trim());
  const { data, failure, reload } = useLoaded("devices/" + search, () => get<Page<Named>>(withParams("/devices", { search, limit: 30 })));
  return (
    <Picker onClose={onClose} title={title} failure={failure} again={reload} ready={Boolean(data)} none={data?.items.length === 0 ? t(search ? "scripts.no_device" : "scripts.no_devices") : undefined}
      head={
        <input type="search" data-autofocus value={typed} placeholder={t("scripts.device_search")} aria-label={t("scripts.device_search")}
          onInput={(event) => setTyped(event.currentTarget.value)} />
      }>
      {data?.items.map((device) => (
        <Choice key={device.eui} onPick={() => onPick(device)} name={device.name || device.eui} more={<code>{device.eui}</code>} />
      ))}
    </Picker>
  );
}

/** The latest uplinks and calls: of the device at hand, or of all. */
export function ExecutionPicker({ bench, trial, onPick, onClose }: { bench: Bench; trial: Trial; onPick: (id: string) => void; onClose: () => void }) {
  const { origin } = trial;
  const device = "eui" in origin ? origin.eui : (bench.script?.mounts[0] ?? "");
  const [eui, setEui] = useState(device);
  const { data, failure, reload } = useLoaded("executions/" + eui, () => get<Page<Execution>>(withParams("/executions", { eui, limit: 50 })));
  const items = data?.items.filter(({ uplink, call }) => uplink || call);
  return (
    <Picker onClose={onClose} title={t("scripts.choose_execution")} failure={failure} again={reload} ready={Boolean(data)} none={items?.length === 0 ? t("scripts.no_execution") : undefined}
      head={
        device && (
          <label class="check">
            <input type="checkbox" data-autofocus checked={eui !== ""} onChange={(event) => setEui(event.currentTarget.checked ? device : "")} />
            <span>{t("scripts.only_device", { eui: device })}</span>
          </label>
        )
      }>
      {items?.map((execution) => (
        <Choice key={execution.id} onPick={() => onPick(execution.id)} name={<Time at={new Date(execution.created_at)} />}
          more={
            <>
              <code>{execution.eui}</code> <State is={execution.state} />
            </>
          }
          below={contentOf(execution)} />
      ))}
    </Picker>
  );
}

/** What an uplink brought or a call asked for, on one line. */
function contentOf({ uplink, call }: Execution): string {
  const value = call ? `${call.method} ${JSON.stringify(call.params)}` : (uplink?.telemetry_data ?? uplink?.payload ?? uplink?.msg ?? uplink?.shared_attrs ?? "");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? text.slice(0, 119) + "…" : text;
}

export function CasePicker({ bench: { kind, name }, onPick, onClose }: { bench: Bench; onPick: (saved: SavedCase) => void; onClose: () => void }) {
  const { data, failure, reload } = useLoaded("cases", () => listCases(kind, name));
  return (
    <Picker onClose={onClose} title={t("scripts.choose_case")} failure={failure} again={reload} ready={Boolean(data)} none={data?.length === 0 ? t("scripts.no_case") : undefined}>
      {data?.map((saved) => <Choice key={saved.name} onPick={() => onPick(saved)} name={saved.name} more={<Time at={new Date(saved.updated_at)} />} />)}
    </Picker>
  );
}

interface PickerProps {
  title: string;
  head?: ComponentChildren;
  failure: string | undefined;
  again: () => Promise<void>;
  ready: boolean;
  none: string | undefined;
  onClose: () => void;
  children: ComponentChildren;
}

function Picker({ title, head, failure, again, ready, none, onClose, children }: PickerProps) {
  return (
    <Dialog place="side" title={title} onClose={onClose}>
      <div class="picker">
        {head}
        <Failure text={failure} again={again} />
        {!ready && !failure && <Skeleton />}
        {none && <p class="muted">{none}</p>}
        <ul class="choices-list">{children}</ul>
      </div>
    </Dialog>
  );
}

function Choice({ name, more, below, onPick }: { name: ComponentChildren; more: ComponentChildren; below?: string; onPick: () => void }) {
  return (
    <li>
      <button type="button" class="pick" onClick={onPick}>
        <span class="pick-name">{name}</span>
        <span class="pick-more">{more}</span>
        {below && <code class="pick-below">{below}</code>}
      </button>
    </li>
  );
}

const pause = 250; // milliseconds without a key

/** A value once it stands still. */
function useCalm(value: string): string {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const due = setTimeout(() => setCalm(value), pause);
    return () => clearTimeout(due);
  }, [value]);
  return calm;
}
