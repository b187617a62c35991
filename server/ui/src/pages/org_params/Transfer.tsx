import { useState } from "preact/hooks";
import { type OrgParam, type OrgParamChange, saveOrgParam } from "../../api/org_params";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { orgName, session } from "../../session";

/** What a file of keys holds of each: everything but the value. */
type Described = { key: string } & Omit<OrgParamChange, "value">;

interface Props {
  params: OrgParam[];
  onClose: () => void;
  onImported: () => void;
}

/** Takes the keys to another system, or from one; never a value. */
export function Transfer({ params, onClose, onImported }: Props) {
  const [read, setRead] = useState<Described[]>();
  const [values, setValues] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const known = new Set(params.map((param) => param.key));
  const fresh = read?.filter((one) => !known.has(one.key)) ?? [];
  const meant = read?.filter((one) => known.has(one.key) || values[one.key]?.trim()) ?? [];

  const open = async (file: File | undefined) => {
    setFailure(undefined);
    setRead(undefined);
    if (!file) return;
    const described = describedIn(await file.text());
    if (described) setRead(described);
    else setFailure(t("org_params.import_bad"));
  };
  const take = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      for (const { key, ...change } of meant) await saveOrgParam(key, known.has(key) ? change : { ...change, value: values[key]!.trim() });
      say(t("org_params.imported", { org: orgName(), count: count(meant.length) }));
      onImported();
      onClose();
    } catch (problem) {
      setFailure(explain(problem));
      setBusy(false);
    }
  };

  return (
    <Dialog place="side" title={t("org_params.transfer")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={take} noValidate>
        <section class="section">
          <h3>{t("org_params.export")}</h3>
          <p class="muted">{t("org_params.export_note")}</p>
          <div>
            <button type="button" class="button" disabled={!params.length} onClick={() => save(params)}>
              {t("org_params.export")}
            </button>
          </div>
        </section>
        <Failure text={failure} />
        <Field label={t("org_params.import")} hint={t("org_params.import_note")}>
          {(ties) => <input {...ties} type="file" name="file" accept=".json,application/json" onChange={(event) => void open(event.currentTarget.files?.[0])} />}
        </Field>
        {read && (
          <div class="import-list">
            <p>{t("org_params.import_known", { count: count(read.length - fresh.length) })}</p>
            {fresh.length > 0 && <p>{t("org_params.import_new")}</p>}
            {fresh.map(({ key, remark }) => (
              <Field key={key} label={<code>{key}</code>} hint={remark}>
                {(ties) => (
                  <textarea {...ties} class="mono" rows={2} aria-label={t("org_params.value_of", { key })} value={values[key] ?? ""} autocomplete="off" spellcheck={false}
                    onInput={(event) => setValues({ ...values, [key]: event.currentTarget.value })} />
                )}
              </Field>
            ))}
          </div>
        )}
        <footer class="dialog-foot" role="group">
          <button type="button" class="button" onClick={onClose}>
            {t("close")}
          </button>
          {read && (
            <button type="submit" class="button primary" disabled={busy || meant.length === 0}>
              {t("org_params.import_do")}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function describe({ key, remark, secret, scripts, hosts, rotate_days = 0 }: OrgParam): Described {
  return { key, remark, secret, scripts: scripts ?? [], hosts: hosts ?? [], rotate_days };
}

function save(params: OrgParam[]) {
  const now = session.value;
  const text = JSON.stringify({ org_params: params.map(describe) }, null, 2) + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `org-params-${"me" in now ? now.me.org : ""}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What a file describes; undefined when it is no such file. Whatever else stands in it, a value above all, is passed over. */
function describedIn(text: string): Described[] | undefined {
  try {
    const { org_params } = JSON.parse(text) as { org_params?: unknown };
    if (!Array.isArray(org_params)) return undefined;
    return org_params.map((one: Partial<OrgParam>) => {
      if (typeof one.key !== "string") throw new SyntaxError("an entry without a key");
      return describe({ remark: "", secret: true, scripts: [], hosts: [], ...one, key: one.key } as OrgParam);
    });
  } catch {
    return undefined;
  }
}
