import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { Me } from "../api/session";
import { Dialog } from "../components/Dialog";
import { Field } from "../components/Field";
import { explain } from "../components/problem";
import { t } from "../i18n";
import { recall, remember } from "../preferences";
import { go, route, withQuery } from "../route";
import { session, signIn } from "../session";
import { Entry } from "./Entry";

/** The page for whoever is not signed in. The address stays: after it, one is where one wanted to be. */
export function SignIn() {
  return (
    <Entry title={t("sign_in.title")} purpose={t("sign_in.purpose")}>
      <SignInForm />
      <p class="entry-note">{t("sign_in.no_account")}</p>
    </Entry>
  );
}

/** Over a page whose session ran out; what was typed there is still there afterwards. */
export function SignInAgain({ me }: { me: Me }) {
  return (
    <Dialog title={t("sign_in.again")} place="full" onClose={() => {}}>
      <p class="muted">{t("sign_in.expired")}</p>
      <SignInForm org={me.org} name={me.name} />
      <button type="button" class="link" onClick={() => (session.value = { state: "out" })}>
        {t("sign_in.other_account")}
      </button>
    </Dialog>
  );
}

type Errors = { org?: string; name?: string; password?: string; form?: string };

function SignInForm({ org: knownOrg, name: knownName = "" }: { org?: string; name?: string }) {
  const asked = route.peek().query.get("org"); // a link to sign in to one, or (empty) to another one
  const [org, setOrg] = useState(knownOrg ?? asked ?? recall("org") ?? "");
  const [otherOrg, setOtherOrg] = useState(asked !== null || Boolean(org && org !== "default"));
  const [name, setName] = useState(knownName);
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const missing: Errors = {};
    if (!name.trim()) missing.name = t("sign_in.name_missing");
    if (!password) missing.password = t("sign_in.password_missing");
    setErrors(missing);
    if (missing.name || missing.password) return;

    setBusy(true);
    try {
      const wanted = otherOrg ? org.trim() : "";
      await signIn({ name: name.trim(), password, ...(wanted && { org: wanted }) });
      remember("org", wanted);
      if (asked !== null) go(withQuery(location.pathname, { org: "" }), { replace: true });
    } catch (problem) {
      setErrors(explainSignIn(problem));
      setBusy(false);
    }
  };

  return (
    <form class="form" onSubmit={submit} noValidate>
      {errors.form && (
        <p class="form-error" role="alert">
          {errors.form}
        </p>
      )}
      {otherOrg && (
        <Field label={t("sign_in.org")} hint={t("sign_in.org_hint")} error={errors.org}>
          {(ties) => (
            <input {...ties} name="org" value={org} autocomplete="organization" autocapitalize="off" spellcheck={false}
              onInput={(event) => (setOrg(event.currentTarget.value), setErrors({}))} />
          )}
        </Field>
      )}
      <Field label={t("sign_in.name")} error={errors.name}>
        {(ties) => (
          <input {...ties} name="username" value={name} autocomplete="username" autocapitalize="off" spellcheck={false}
            autofocus={!knownName} data-autofocus={knownName ? undefined : ""}
            onInput={(event) => (setName(event.currentTarget.value), setErrors({}))} />
        )}
      </Field>
      <Field label={t("password")} error={errors.password}>
        {(ties) => (
          <input {...ties} type="password" name="password" value={password} autocomplete="current-password"
            data-autofocus={knownName ? "" : undefined}
            onInput={(event) => (setPassword(event.currentTarget.value), setErrors({}))} />
        )}
      </Field>
      <button type="submit" class="button primary wide" disabled={busy}>
        {busy ? t("sign_in.busy") : t("sign_in.do")}
      </button>
      {!otherOrg && (
        <button type="button" class="link" onClick={() => setOtherOrg(true)}>
          {t("sign_in.other_org")}
        </button>
      )}
    </form>
  );
}

function explainSignIn(problem: unknown): Errors {
  if (problem instanceof Problem && problem.status === 401) return { password: t("sign_in.wrong") };
  if (problem instanceof Problem && Object.keys(problem.fields).length) return problem.fields;
  return { form: explain(problem) };
}
