import { useState } from "preact/hooks";
import { deleteOrg, listOrgs, type Org } from "../../api/orgs";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Snippet } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { NewOrg } from "./NewOrg";
import { OrgSettings } from "./OrgSettings";

const home = path("settings", "organisations");
const first = "default";

/** All organisations of the server. */
export function Orgs({ open }: { open: string | undefined }) {
  const { data: orgs, failure, reload } = useLoaded("orgs", listOrgs);
  const opened = orgs?.find((org) => org.code === open);
  return (
    <>
      <Failure text={failure} again={reload} />
      {!orgs && !failure && <Skeleton />}
      {orgs && (
        <>
          <Table
            label={t("settings.orgs")}
            items={orgs}
            idOf={(org) => org.code}
            address={(org) => path("settings", "organisations", org.code)}
            nameLabel={t("settings.name")}
            nameWidth="minmax(0, 2fr)"
            name={(org) => org.name}
            below={(org) => <code class="muted">{org.code}</code>}
            columns={[
              { label: t("settings.time_zone"), width: "minmax(0, 1.2fr)", cell: (org) => org.time_zone },
              { label: t("settings.origin_tag"), width: "minmax(0, 1fr)", cell: (org) => org.origin_tag || <span class="muted">—</span> },
              { label: t("settings.made"), width: "8.5rem", cell: (org) => <Time at={new Date(org.created_at)} /> },
            ]}
          />
          <ListFoot add />
        </>
      )}
      {opened && <OrgDialog org={opened} onClose={() => go(home)} onChanged={reload} />}
      {orgs && route.value.query.get("new") && <NewOrg taken={orgs.map((org) => org.code)} onClose={() => go(home)} onAdded={() => (go(home), void reload())} />}
    </>
  );
}

function OrgDialog({ org, onClose, onChanged }: { org: Org; onClose: () => void; onChanged: () => Promise<void> }) {
  const [removing, setRemoving] = useState(false);
  return (
    <Dialog place="side" title={org.name} onClose={onClose}>
      <div class="form">
        <p class="muted">{t("settings.sign_in_link")}</p>
        <Snippet text={`${location.origin}/?org=${org.code}`} />
        <OrgSettings code={org.code} onSaved={() => void onChanged()} />
        {org.code !== first && (
          <button type="button" class="button quiet danger-text" onClick={() => setRemoving(true)}>
            {t("settings.delete_org")}
          </button>
        )}
      </div>
      {removing && <Remove org={org} onClose={() => setRemoving(false)} onRemoved={() => (go(home), void onChanged())} />}
    </Dialog>
  );
}

function Remove({ org, onClose, onRemoved }: { org: Org; onClose: () => void; onRemoved: () => void }) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const remove = async () => {
    if (typed.trim() !== org.code) {
      setError(t("settings.delete_org_wrong", { code: org.code }));
      return false;
    }
    await deleteOrg(org.code);
    say(t("settings.org_deleted", { name: org.name }));
    onRemoved();
    return true;
  };
  return (
    <Confirm title={t("settings.delete_org_title", { name: org.name })} action={t("settings.delete_org")} act={remove} onClose={onClose}>
      <p>{t("settings.delete_org_consequence")}</p>
      <Field label={t("settings.delete_org_code")} error={error}>
        {(ties) => <input {...ties} class="mono" name="code" value={typed} autocomplete="off" spellcheck={false} onInput={(event) => (setTyped(event.currentTarget.value), setError(undefined))} />}
      </Field>
    </Confirm>
  );
}
