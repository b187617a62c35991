import { useState } from "preact/hooks";
import { saveUser } from "../../api/access";
import { Problem } from "../../api/client";
import { type OrgChange, saveOrg } from "../../api/orgs";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { type Errors, OrgForm } from "./OrgForm";

const shortest = 8; // characters of a password

interface Props {
  taken: string[];
  onClose: () => void;
  onAdded: () => void;
}

/** Makes an organisation and the account of its first admin. */
export function NewOrg({ taken, onClose, onAdded }: Props) {
  const [code, setCode] = useState("");
  const [draft, setDraft] = useState<OrgChange>({ time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const [admin, setAdmin] = useState("admin");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const save = async (event: Event) => {
    event.preventDefault();
    const wrong = check();
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    try {
      const org = await saveOrg(code, draft);
      await saveUser(admin.trim(), { org: code, role: "admin", password });
      say(t("settings.org_added", { name: org.name, admin: admin.trim() }));
      onAdded();
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
      setBusy(false);
    }
  };
  const check = (): Errors => {
    const wrong: Errors = {};
    if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(code)) wrong.code = t("settings.code_bad");
    else if (taken.includes(code)) wrong.code = t("settings.code_taken", { code });
    if (!draft.name?.trim()) wrong.name = t("settings.name_missing");
    if (!admin.trim()) wrong.admin = t("access.user_name_missing");
    if (password.length < shortest) wrong.password = t("access.password_short");
    return wrong;
  };

  return (
    <Dialog place="side" title={t("settings.add_org")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={save} noValidate>
        <Failure text={errors.form} />
        <Field label={t("settings.code")} hint={t("settings.code_hint")} error={errors.code}>
          {(ties) => <input {...ties} class="mono" name="code" value={code} autocomplete="off" autocapitalize="off" spellcheck={false} data-autofocus onInput={(event) => (setCode(event.currentTarget.value.trim()), setErrors({}))} />}
        </Field>
        <OrgForm draft={draft} errors={errors} set={(change) => (setDraft({ ...draft, ...change }), setErrors({}))} />
        <fieldset class="radios">
          <legend>{t("settings.first_admin")}</legend>
          <p class="field-hint">{t("settings.first_admin_hint")}</p>
          <Field label={t("settings.admin_name")} error={errors.admin}>
            {(ties) => <input {...ties} name="admin" value={admin} autocomplete="off" onInput={(event) => (setAdmin(event.currentTarget.value), setErrors({}))} />}
          </Field>
          <Field label={t("settings.admin_password")} hint={t("access.password_hint")} error={errors.password}>
            {(ties) => <input {...ties} type="password" name="password" value={password} autocomplete="new-password" onInput={(event) => (setPassword(event.currentTarget.value), setErrors({}))} />}
          </Field>
        </fieldset>
        <SaveFoot busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
