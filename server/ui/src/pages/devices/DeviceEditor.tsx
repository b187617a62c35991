import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type Device, getDevice, saveDevice } from "../../api/devices";
import { Chips } from "../../components/Chips";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { orgName } from "../../session";

interface Props {
  device?: Device; // absent: a new one
  onClose: () => void;
  onSaved: (device: Device) => void;
}

type Errors = Record<string, string | undefined>;

/** Makes a device or changes what it is called. */
export function DeviceEditor({ device, onClose, onSaved }: Props) {
  const [eui, setEUI] = useState("");
  const [name, setName] = useState(device?.name ?? "");
  const [type, setType] = useState(device?.device_type ?? "");
  const [tags, setTags] = useState(device?.tags ?? []);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const save = async (event: Event) => {
    event.preventDefault();
    const target = device?.eui ?? eui.trim().toLowerCase();
    if (!target) return setErrors({ eui: t("devices.eui_missing") });
    setBusy(true);
    try {
      if (!device && (await isThere(target))) {
        setErrors({ eui: t("devices.eui_taken", { eui: target }) });
        return setBusy(false);
      }
      const called = name.trim() || target;
      const saved = await saveDevice(target, { name: called, device_type: type.trim(), tags });
      say(t(device ? "devices.saved" : "devices.added", { name: called, org: orgName() }), device && { undo: async () => onSaved(await saveDevice(device.eui, { name: device.name, device_type: device.device_type ?? "", tags: device.tags })) });
      onSaved(saved);
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
      setBusy(false);
    }
  };

  return (
    <Dialog place="side" title={device ? t("devices.edit_title", { name: device.name }) : t("devices.add_title")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={save} noValidate>
        <Failure text={errors.form} />
        {!device && (
          <Field label={t("devices.eui")} hint={t("devices.eui_hint")} error={errors.eui}>
            {(ties) => <input {...ties} class="mono" name="eui" value={eui} autocomplete="off" autocapitalize="off" spellcheck={false} data-autofocus onInput={(event) => (setEUI(event.currentTarget.value), setErrors({}))} />}
          </Field>
        )}
        <Field label={t("devices.name")} hint={t("devices.name_hint")} error={errors.name}>
          {(ties) => <input {...ties} name="name" value={name} autocomplete="off" data-autofocus={device ? "" : undefined} onInput={(event) => setName(event.currentTarget.value)} />}
        </Field>
        <Field label={t("devices.type")} hint={t("devices.type_hint")} error={errors.device_type}>
          {(ties) => <input {...ties} name="device_type" value={type} autocomplete="off" onInput={(event) => setType(event.currentTarget.value)} />}
        </Field>
        <Field label={t("devices.tags")} hint={t("devices.tags_hint")} error={errors.tags}>
          {(ties) => <Chips {...ties} items={tags} placeholder={t("devices.no_tags")} onChange={setTags} />}
        </Field>
        <SaveFoot busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** A PUT would change a device that is there: whoever adds one does not mean that. */
async function isThere(eui: string): Promise<boolean> {
  try {
    await getDevice(eui);
    return true;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return false;
    throw problem;
  }
}
