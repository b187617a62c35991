import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { getOrg, type Org, type OrgChange, saveOrg } from "../../api/orgs";
import { Failure } from "../../components/Failure";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { refresh } from "../../session";
import { type Errors, OrgForm } from "./OrgForm";

/** The settings of an organisation. */
export function OrgSettings({ code, onSaved }: { code: string; onSaved?: () => void }) {
  const { data: org, failure, missing, reload } = useLoaded(code, () => getOrg(code));
  if (!org) return failure ? <Failure text={missing ? t("unknown_thing") : failure} again={reload} /> : <Skeleton of="panels" />;
  const saved = async () => {
    await reload();
    onSaved?.();
  };
  return <SettingsForm key={org.code} org={org} onSaved={saved} />;
}

function changeable({ code: _, created_at: __, ...rest }: Org): OrgChange {
  return rest;
}

function SettingsForm({ org, onSaved }: { org: Org; onSaved: () => Promise<void> }) {
  const [change, setChange] = useState<OrgChange>({});
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const draft = { ...changeable(org), ...change };
  const changed = JSON.stringify(draft) !== JSON.stringify(changeable(org));

  const save = async (event: Event) => {
    event.preventDefault();
    if (!draft.name?.trim()) return setErrors({ name: t("settings.name_missing") });
    setBusy(true);
    setErrors({});
    const before = changeable(org);
    try {
      const stored = await saveOrg(org.code, draft);
      await Promise.all([onSaved(), refresh()]); // the name and the zone stand in the frame
      setChange({});
      say(t("settings.saved", { org: stored.name }), {
        undo: async () => {
          await saveOrg(org.code, before);
          await Promise.all([onSaved(), refresh()]);
        },
      });
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
    }
    setBusy(false);
  };

  return (
    <form class="form panel settings-form" onSubmit={save} noValidate>
      <Failure text={errors.form} />
      <OrgForm draft={draft} errors={errors} set={(next) => (setChange({ ...change, ...next }), setErrors({}))} />
      <p class="muted small">{t("settings.retention")}</p>
      <div class="line">
        <button type="submit" class="button primary" disabled={busy || !changed}>
          {busy ? t("saving") : t("save")}
        </button>
        {changed && (
          <button type="button" class="button quiet" onClick={() => setChange({})}>
            {t("discard")}
          </button>
        )}
      </div>
    </form>
  );
}
