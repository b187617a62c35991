import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { deleteService, saveService, type Service, type ServiceType, type Settings } from "../../api/notifications";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { fieldWords } from "../../i18n/server_words";
import { orgName } from "../../session";
import { typeName } from "./Services";
import { emptyOf, SettingFields } from "./SettingFields";

interface Props {
  kind: ServiceType;
  service: Service | undefined; // absent: a new one
  taken: string[];
  onClose: () => void;
  onDone: () => void;
}

/** The form of a service, made from the description of its type's settings. */
export function ServiceEditor({ kind, service, taken, onClose, onDone }: Props) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState(service?.description ?? "");
  const [settings, setSettings] = useState<Settings>(() => service?.settings ?? emptyOf(kind.settings));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);

  const save = async (event: Event) => {
    event.preventDefault();
    const called = service?.name ?? name.trim();
    if (!called) return setErrors({ name: t("notifications.name_missing") });
    if (!service && taken.includes(called)) return setErrors({ name: t("notifications.name_taken", { name: called }) });
    setBusy(true);
    try {
      await saveService(called, { type: kind.type, description: description.trim(), settings });
      say(t("notifications.saved", { name: called, org: orgName() }));
      onDone();
    } catch (problem) {
      const fields = problem instanceof Problem && problem.status === 422 ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
      setBusy(false);
    }
  };
  const remove = async () => {
    await deleteService(service!.name);
    say(t("notifications.deleted", { name: service!.name }));
    onDone();
  };

  return (
    <Dialog place="side" title={service ? t("notifications.edit_service", { name: service.name }) : t("notifications.new_service", { type: typeName(kind.type) })} onClose={onClose}>
      <form class="form sheet-form" onSubmit={save} noValidate>
        <Failure text={errors.form ?? (errors.settings && fieldWords(errors.settings))} />
        {!service && (
          <Field label={t("notifications.name")} hint={t("notifications.service_name_hint")} error={errors.name}>
            {(ties) => <input {...ties} name="service_name" value={name} autocomplete="off" data-autofocus onInput={(event) => (setName(event.currentTarget.value), setErrors({}))} />}
          </Field>
        )}
        <Field label={t("notifications.description")} error={errors.description}>
          {(ties) => <input {...ties} name="description" value={description} autocomplete="off" onInput={(event) => setDescription(event.currentTarget.value)} />}
        </Field>
        {service && <p class="muted small">{t("notifications.keep_secret")}</p>}
        <SettingFields fields={kind.settings} values={settings} at="settings" errors={errors} onChange={(next) => (setSettings(next), setErrors({}))} />
        <SaveFoot busy={busy} onClose={onClose} remove={service && { label: t("notifications.delete_service"), ask: () => setRemoving(true) }} />
      </form>
      {removing && service && (
        <Confirm title={t("notifications.delete_title", { name: service.name })} action={t("notifications.delete_service")} act={remove} onClose={() => setRemoving(false)}>
          <p>{t("notifications.delete_service_consequence")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}
