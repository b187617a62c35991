import { useId } from "preact/hooks";
import type { OrgChange } from "../../api/orgs";
import { Chips } from "../../components/Chips";
import { Field } from "../../components/Field";
import { t } from "../../i18n";

export type Errors = Record<string, string | undefined>;

interface Props {
  draft: OrgChange;
  errors: Errors;
  set: (change: OrgChange) => void;
}

/** The fields of an organisation. */
export function OrgForm({ draft, errors, set }: Props) {
  const zones = useId();
  const hosts = Object.entries(errors).find(([name]) => name.startsWith("egress_hosts"))?.[1];
  return (
    <>
      <Field label={t("settings.name")} error={errors.name}>
        {(ties) => <input {...ties} name="name" value={draft.name ?? ""} autocomplete="off" onInput={(event) => set({ name: event.currentTarget.value })} />}
      </Field>
      <Field label={t("settings.time_zone")} hint={t("settings.time_zone_hint")} error={errors.time_zone}>
        {(ties) => (
          <>
            <input {...ties} name="time_zone" value={draft.time_zone ?? ""} list={zones} autocomplete="off" spellcheck={false} onInput={(event) => set({ time_zone: event.currentTarget.value.trim() })} />
            <datalist id={zones}>
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label={t("settings.origin_tag")} hint={t("settings.origin_tag_hint")} error={errors.origin_tag}>
        {(ties) => <input {...ties} name="origin_tag" value={draft.origin_tag ?? ""} autocomplete="off" onInput={(event) => set({ origin_tag: event.currentTarget.value })} />}
      </Field>
      <fieldset class="radios">
        <legend>{t("settings.unknown")}</legend>
        {(["reject", "create"] as const).map((choice) => (
          <label key={choice} class="check">
            <input type="radio" name="unknown_devices" value={choice} checked={(draft.unknown_devices ?? "reject") === choice} onChange={() => set({ unknown_devices: choice })} />
            <span>
              {t(`settings.unknown.${choice}`)}
              <span class="field-hint">{t(`settings.unknown.${choice}_hint`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t("settings.egress")} hint={t("settings.egress_hint")} error={hosts}>
        {(ties) => <Chips {...ties} items={draft.egress_hosts ?? []} placeholder={t("settings.any_host")} onChange={(egress_hosts) => set({ egress_hosts })} />}
      </Field>
      <Field label={t("settings.downlink_url")} hint={t("settings.downlink_url_hint")} error={errors.downlink_url}>
        {(ties) => <input {...ties} class="mono" name="downlink_url" value={draft.downlink_url ?? ""} autocomplete="off" spellcheck={false} onInput={(event) => set({ downlink_url: event.currentTarget.value.trim() })} />}
      </Field>
    </>
  );
}
