import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { getScript, type Kind, type Language } from "../../api/scripts";
import { kindWord } from "../../components/Badge";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { type PlainKey, t } from "../../i18n";
import { go, path, route } from "../../route";
import { storeDraft } from "./draft";
import { addressOf, kinds, mayWrite } from "./List";
import { template } from "./templates";

const languages: [Language, string][] = [
  ["javascript", "JavaScript"],
  ["typescript", "TypeScript"],
];

/** What kind of script, what it is called: then one writes it. Nothing is stored before it is published. */
export function NewScript() {
  const wanted = route.value.query.get("kind");
  const [kind, setKind] = useState<Kind>(kinds.find((kind) => kind === wanted) ?? "trigger");
  const [language, setLanguage] = useState<Language>("javascript");
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string>();

  const begin = async (event: Event) => {
    event.preventDefault();
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name) || /^\.\.?$/.test(name)) return setError(t(name ? "scripts.name_bad" : "scripts.name_missing"));
    try {
      const known = await getScript(kind, name);
      return setError(t(known.library ? "scripts.name_library" : "scripts.name_taken", { name }));
    } catch (problem) {
      if (!(problem instanceof Problem && problem.status === 404)) return setFailure(explain(problem));
    }
    storeDraft(kind, name, { source: template(kind, language), language, params: [], base: 0 });
    go(addressOf({ kind, name }));
  };

  return (
    <>
      <PageHeader title={t("scripts.new")} purpose={t("scripts.new_purpose")} back={{ href: path("scripts"), label: t("scripts.title") }} />
      {mayWrite() ? (
        <form class="form new-script" onSubmit={(event) => void begin(event)} noValidate>
          <Failure text={failure} />
          <fieldset class="kind-cards">
            <legend>{t("scripts.kind")}</legend>
            {kinds.map((option) => (
              <label class="kind-card" key={option}>
                <input type="radio" name="kind" checked={kind === option} onChange={() => setKind(option)} />
                <strong>{kindWord(option)}</strong>
                <span class="muted">{t(`scripts.kind_${option}` as PlainKey)}</span>
              </label>
            ))}
          </fieldset>
          <Field label={t("scripts.name")} hint={t(`scripts.name_hint_${kind}` as PlainKey)} error={error}>
            {(ties) => (
              <input {...ties} class="mono" name="name" value={name} autocomplete="off" autocapitalize="off" spellcheck={false}
                onInput={(event) => (setName(event.currentTarget.value.trim()), setError(undefined))} />
            )}
          </Field>
          <fieldset class="choice-field">
            <legend>{t("scripts.language")}</legend>
            <div class="line">
              {languages.map(([value, label]) => (
                <label class="radio" key={value}>
                  <input type="radio" name="language" checked={language === value} onChange={() => setLanguage(value)} /> {label}
                </label>
              ))}
            </div>
          </fieldset>
          <div>
            <button type="submit" class="button primary">
              {t("scripts.write")}
            </button>
          </div>
        </form>
      ) : (
        <p>{t("problem.forbidden")}</p>
      )}
    </>
  );
}
