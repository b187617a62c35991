import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import { Field } from "../components/Field";
import { explain } from "../components/problem";
import { type PlainKey, t } from "../i18n";
import { go } from "../route";
import { setUp } from "../session";
import { Entry } from "./Entry";

const shortest = 12; // characters, as the server asks for
const firstAdmin = "admin";

type Errors = { password?: string; again?: string; form?: string };

/** The page behind the one-time link of a fresh server: sets the first admin's password. */
export function Setup({ token }: { token: string }) {
  if (!token) {
    return (
      <Entry title={t("setup.title")}>
        <p class="form-error" role="alert">
          {t("setup.no_token")}
        </p>
        <SignInLink />
      </Entry>
    );
  }
  return (
    <Entry title={t("setup.title")} purpose={t("setup.purpose", { name: firstAdmin })}>
      <PasswordForm token={token} />
    </Entry>
  );
}

function PasswordForm({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong: Errors = {};
    if (length(password) < shortest) wrong.password = t("setup.too_short", { count: shortest });
    else if (again !== password) wrong.again = t("setup.differs");
    setErrors(wrong);
    if (wrong.password || wrong.again) return;

    setBusy(true);
    try {
      await setUp(token, password);
      go("/", { replace: true }); // the used link leaves the history
    } catch (problem) {
      setErrors(explainSetup(problem));
      setBusy(false);
    }
  };

  return (
    <form class="form" onSubmit={submit} noValidate>
      {errors.form && (
        <p class="form-error" role="alert">
          {errors.form} <SignInLink />
        </p>
      )}
      <input type="hidden" name="username" value={firstAdmin} autocomplete="username" />
      <Field label={t("setup.password")} hint={<Strength password={password} />} error={errors.password}>
        {(ties) => (
          <input {...ties} type="password" name="new-password" value={password} autocomplete="new-password" autofocus
            onInput={(event) => (setPassword(event.currentTarget.value), setErrors({}))} />
        )}
      </Field>
      <Field label={t("setup.again")} error={errors.again}>
        {(ties) => (
          <input {...ties} type="password" name="new-password-again" value={again} autocomplete="new-password"
            onInput={(event) => (setAgain(event.currentTarget.value), setErrors({}))} />
        )}
      </Field>
      <button type="submit" class="button primary wide" disabled={busy}>
        {busy ? t("saving") : t("setup.do")}
      </button>
    </form>
  );
}

function SignInLink() {
  return (
    <a class="link" href="/">
      {t("setup.to_sign_in")}
    </a>
  );
}

/** Length is what counts: 12 characters are enough, 16 are good, 20 are strong. */
function Strength({ password }: { password: string }) {
  const count = length(password);
  if (count === 0) return <>{t("setup.advice", { count: shortest })}</>;
  const grade = count < shortest ? 0 : count < 16 ? 1 : count < 20 ? 2 : 3;
  const words: PlainKey[] = ["setup.enough", "setup.good", "setup.strong"];
  return (
    <span class={`strength grade-${grade}`}>
      <meter min={0} max={20} low={shortest} high={16} optimum={20} value={count} aria-hidden />
      {grade === 0 ? t("setup.short", { missing: shortest - count }) : t(words[grade - 1]!)}
    </span>
  );
}

const length = (text: string) => [...text].length;

function explainSetup(problem: unknown): Errors {
  if (!(problem instanceof Problem)) return { form: explain(problem) };
  if (problem.fields.password) return { password: problem.fields.password };
  if (problem.code === "setup_token_used" || problem.fields.token) return { form: t("setup.link_used") };
  return { form: explain(problem) };
}
