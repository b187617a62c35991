import { useState } from "preact/hooks";
import { deleteOrgParam, type OrgParam } from "../../api/org_params";
import { Dialog } from "../../components/Dialog";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { orgName } from "../../session";

interface Props {
  param: OrgParam;
  onClose: () => void;
  onRemoved: (key: string) => void;
}

/** Asks before a value is gone for good: nobody can bring it back. */
export function Remove({ param, onClose, onRemoved }: Props) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { key } = param;

  const remove = async () => {
    setBusy(true);
    try {
      await deleteOrgParam(key);
      say(t("org_params.deleted", { key, org: orgName() }));
      onRemoved(key);
    } catch (problem) {
      setFailure(explain(problem));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("org_params.delete_title", { key })} onClose={onClose}>
      <p>{t("org_params.delete_consequence", { key })}</p>
      {failure && (
        <p class="form-error" role="alert">
          {failure}
        </p>
      )}
      <div class="dialog-foot">
        <button type="button" class="button" data-autofocus onClick={onClose}>
          {t("keep")}
        </button>
        <button type="button" class="button danger" disabled={busy} onClick={remove}>
          {t("org_params.delete", { key })}
        </button>
      </div>
    </Dialog>
  );
}
