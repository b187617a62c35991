import { useState } from "preact/hooks";
import { deleteUser, type Role, saveUser, type User } from "../../api/access";
import { Problem } from "../../api/client";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { orgName } from "../../session";

const roles: Role[] = ["admin", "integrator", "operator"];
const shortest = 8; // characters of a password

interface Props {
  user: User | undefined; // absent: a new one
  taken: string[];
  onClose: () => void;
  onDone: () => void;
}

type Errors = Record<string, string | undefined>;

/** Adds a person, or changes their role and password. */
export function UserEditor({ user, taken, onClose, onDone }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>(user?.role ?? "operator");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);

  const save = async (event: Event) => {
    event.preventDefault();
    const wrong = user ? {} : checkName(name.trim(), taken);
    if ((!user || password) && password.length < shortest) wrong.password = t("access.password_short");
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    const called = user?.name ?? name.trim();
    try {
      await saveUser(called, { role, ...(password && { password }) });
      const before = user?.role;
      const undo = before && before !== role && !password ? { undo: async () => (await saveUser(called, { role: before }), onDone()) } : {};
      say(t("access.user_saved", { name: called, org: orgName() }), undo);
      onDone();
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
      setBusy(false);
    }
  };
  const remove = async () => {
    await deleteUser(user!.name);
    say(t("access.user_deleted", { name: user!.name }));
    onDone();
  };

  return (
    <Dialog place="side" title={user ? t("access.edit_user", { name: user.name }) : t("access.add_user")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={save} noValidate>
        <Failure text={errors.form} />
        {!user && (
          <Field label={t("access.name")} hint={t("access.user_name_hint")} error={errors.name}>
            {(ties) => <input {...ties} name="name" value={name} autocomplete="off" autocapitalize="off" spellcheck={false} data-autofocus onInput={(event) => (setName(event.currentTarget.value), setErrors({}))} />}
          </Field>
        )}
        <fieldset class="radios">
          <legend>{t("access.role")}</legend>
          {roles.map((one) => (
            <label key={one} class="check">
              <input type="radio" name="role" value={one} checked={role === one} data-autofocus={user && role === one ? "" : undefined} onChange={() => setRole(one)} />
              <span>
                {t(`role.${one}`)}
                <span class="field-hint">{t(`access.role_hint.${one}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label={t(user ? "access.new_password" : "access.password")} hint={t(user ? "access.new_password_hint" : "access.password_hint")} error={errors.password}>
          {(ties) => <input {...ties} type="password" name="password" value={password} autocomplete="new-password" onInput={(event) => (setPassword(event.currentTarget.value), setErrors({}))} />}
        </Field>
        <SaveFoot busy={busy} onClose={onClose} remove={user && { label: t("access.delete_user"), ask: () => setRemoving(true) }} />
      </form>
      {removing && user && (
        <Confirm title={t("access.delete_user_title", { name: user.name })} action={t("access.delete_user")} act={remove} onClose={() => setRemoving(false)}>
          <p>{t("access.delete_user_consequence")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}

function checkName(name: string, taken: string[]): Errors {
  if (!name) return { name: t("access.user_name_missing") };
  return taken.includes(name) ? { name: t("access.user_taken", { name }) } : {};
}
