import { useId, useState } from "preact/hooks";
import { getAll, Problem } from "../../api/client";
import { type Device, saveDevice } from "../../api/devices";
import type { ListedScript } from "../../api/scripts";
import { Chips } from "../../components/Chips";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { path } from "../../route";
import { may } from "../../session";

const lists = [
  { list: "triggers", kind: "trigger", label: "devices.triggers", hint: "devices.triggers_hint" },
  { list: "rpcs", kind: "rpc", label: "devices.rpcs", hint: "devices.rpcs_hint" },
  { list: "thing_models", kind: "parser", label: "devices.parsers", hint: "devices.parsers_hint" },
] as const;

interface Props {
  device: Device;
  onSaved: () => Promise<void>;
}

/** Which scripts run for the device. A change is stored at once, and taken back at a press. */
export function Mounts({ device, onSaved }: Props) {
  const { data: scripts = [] } = useLoaded("scripts", () => getAll<ListedScript>("/scripts"));
  return (
    <section class="panel">
      <p class="muted">{t("devices.mounts_hint")}</p>
      {lists.map((one) => (
        <MountList key={one.list} {...one} device={device} names={scripts.filter((script) => script.kind === one.kind).map((script) => script.name)} onSaved={onSaved} />
      ))}
    </section>
  );
}

type ListProps = Props & (typeof lists)[number] & { names: string[] };

function MountList({ list, kind, label, hint, names, device, onSaved }: ListProps) {
  const mounted = device[list];
  const [error, setError] = useState<string>();
  const suggestions = useId();

  const change = async (next: string[]) => {
    setError(undefined);
    try {
      await saveDevice(device.eui, { [list]: next });
      await onSaved();
      say(t("devices.mounts_saved", { name: device.name || device.eui }), {
        undo: async () => {
          await saveDevice(device.eui, { [list]: mounted });
          await onSaved();
        },
      });
    } catch (problem) {
      setError(problem instanceof Problem ? (Object.values(problem.fields)[0] ?? explain(problem)) : explain(problem));
    }
  };

  return (
    <Field label={t(label)} hint={t(hint)} error={error}>
      {(ties) =>
        may("write") ? (
          <>
            <Chips {...ties} items={mounted} placeholder={t("devices.mount")} list={suggestions} href={(name) => path("scripts", kind, name)} onChange={(next) => void change(next)} />
            <datalist id={suggestions}>
              {names.filter((name) => !mounted.includes(name)).map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        ) : (
          <p id={ties.id}>{mounted.join(", ") || "—"}</p>
        )
      }
    </Field>
  );
}
