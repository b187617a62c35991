import { useState } from "preact/hooks";
import { makeToken, type Scope, scopes } from "../../api/access";
import { Problem } from "../../api/client";
import { Dialog } from "../../components/Dialog";
import { Snippet } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { t } from "../../i18n";

const lives = [0, 30, 90, 365]; // days; 0 is for ever
const aDay = 86_400_000; // milliseconds

type Errors = Record<string, string | undefined>;

/** Makes a token and shows it once. It lives in this dialog and nowhere else. */
export function NewToken({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Scope[]>(["ingest"]);
  const [days, setDays] = useState(0);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<string>();

  const make = async (event: Event) => {
    event.preventDefault();
    const wrong: Errors = {};
    if (!name.trim()) wrong.name = t("access.token_name_missing");
    if (!chosen.length) wrong.scopes = t("access.scope_missing");
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    try {
      const reply = await makeToken({ name: name.trim(), scopes: chosen, ...(days && { expires_at: new Date(Date.now() + days * aDay).toISOString() }) });
      setMade(reply.token);
      onMade();
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      setErrors(Object.keys(fields).length ? fields : { form: explain(problem) });
    }
    setBusy(false);
  };

  if (made) {
    return (
      <Dialog key="made" title={t("access.token_made", { name })} onClose={onClose}>
        <p>{t("access.token_once")}</p>
        <Snippet text={made} />
        <p class="muted">{t("access.token_curl")}</p>
        <Snippet text={tryLine(made, chosen)} />
        <div class="dialog-foot">
          <button type="button" class="button primary" data-autofocus onClick={onClose}>
            {t("access.token_done")}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog place="side" title={t("access.add_token")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={make} noValidate>
        <Failure text={errors.form} />
        <Field label={t("access.name")} hint={t("access.token_name_hint")} error={errors.name}>
          {(ties) => <input {...ties} name="name" value={name} autocomplete="off" data-autofocus onInput={(event) => (setName(event.currentTarget.value), setErrors({}))} />}
        </Field>
        <fieldset class="radios">
          <legend>{t("access.scopes")}</legend>
          {scopes.map((scope) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scope" value={scope} checked={chosen.includes(scope)}
                onChange={() => setChosen(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope])} />
              <span>
                <code>{scope}</code> · {t(`access.scope.${scope}`)}
                <span class="field-hint">{t(`access.scope_hint.${scope}`)}</span>
              </span>
            </label>
          ))}
          {errors.scopes && (
            <p class="field-error" role="alert">
              {errors.scopes}
            </p>
          )}
        </fieldset>
        <Field label={t("access.expires")}>
          {(ties) => (
            <select {...ties} name="expires" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
              {lives.map((days) => (
                <option key={days} value={days}>
                  {days ? t("access.expires_days", { days }) : t("access.expires_never")}
                </option>
              ))}
            </select>
          )}
        </Field>
        <footer class="dialog-foot" role="group">
          <button type="button" class="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {t("access.add_token")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** A command that the token may send. */
function tryLine(token: string, scopes: Scope[]): string {
  const begin = `curl -H "Authorization: Bearer ${token}" ${location.origin}/api/v1`;
  if (scopes.some((scope) => scope === "read" || scope === "scripts" || scope === "admin")) return `${begin}/devices`;
  if (scopes.includes("ingest")) return `${begin}/uplinks --json '{ "eui": "a84041000181c061", "telemetry_data": { "temperature": 21.5 } }'`;
  return `${begin}/rpc --json '{ "jsonrpc": "2.0", "id": 1, "method": "set_cov", "params": { "_eui": "a84041000181c061" } }'`;
}
