import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type AttributeGroup, type Device, saveDevice, type Values } from "../../api/devices";
import { Json } from "../../components/Json";
import { JsonField, readObject } from "../../components/JsonField";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { may } from "../../session";

const groups: AttributeGroup[] = ["server_attrs", "shared_attrs", "client_attrs"];

interface Props {
  device: Device;
  onSaved: () => Promise<void>;
}

/** What is stored about the device, group by group, as JSON. */
export function Attributes({ device, onSaved }: Props) {
  return (
    <>
      {groups.map((group) => (
        <section key={group} class="panel">
          {may("write") ? (
            <GroupEditor device={device} group={group} onSaved={onSaved} />
          ) : (
            <>
              <h2>{t(`devices.${group}`)}</h2>
              <Json value={device[group]} label={t(`devices.${group}`)} />
            </>
          )}
        </section>
      ))}
    </>
  );
}

const written = (values: Values) => JSON.stringify(values, null, 2);

function GroupEditor({ device, group, onSaved }: Props & { group: AttributeGroup }) {
  const stored = written(device[group]);
  const [typed, setTyped] = useState<string>(); // undefined: as it is stored, also when that changes meanwhile
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const text = typed ?? stored;
  const read = readObject(text);
  const changed = typed !== undefined && typed !== stored;
  const called = { group: t(`devices.${group}`), name: device.name || device.eui };

  const save = async (event: Event) => {
    event.preventDefault();
    if (!read.value) return;
    setBusy(true);
    const before = device[group];
    try {
      await saveDevice(device.eui, { [group]: read.value });
      say(t("devices.attrs_saved", called), {
        undo: async () => {
          await saveDevice(device.eui, { [group]: before });
          await onSaved();
        },
      });
      await onSaved();
      setTyped(undefined);
    } catch (problem) {
      setRefused(problem instanceof Problem ? (problem.fields[group] ?? explain(problem)) : explain(problem));
    }
    setBusy(false);
  };

  return (
    <form class="form" onSubmit={save}>
      <JsonField label={t(`devices.${group}`)} hint={t(`devices.${group}_hint`)} name={group} text={text} rows={Math.min(20, Math.max(4, text.split("\n").length + 1))}
        error={read.error ?? refused} onText={(text) => (setTyped(text), setRefused(undefined))} />
      {changed && (
        <div class="line">
          <button type="submit" class="button primary" disabled={busy || !read.value}>
            {busy ? t("saving") : t("save")}
          </button>
          <button type="button" class="button quiet" onClick={() => setTyped(undefined)}>
            {t("devices.revert")}
          </button>
        </div>
      )}
    </form>
  );
}
