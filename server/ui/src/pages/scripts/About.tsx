import { useState } from "preact/hooks";
import { deleteScript, describeScript, type Script } from "../../api/scripts";
import { Chips } from "../../components/Chips";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { SaveFoot } from "../../components/SaveFoot";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { go, path } from "../../route";
import { orgName } from "../../session";
import { storeDraft } from "./draft";
import type { Bench } from "./ScriptPage";

/** What stands beside the code: remark and tags; and the way to be rid of the script. */
export function About({ bench, script, onClose }: { bench: Bench; script: Script; onClose: () => void }) {
  const { kind, name } = bench;
  const [remark, setRemark] = useState(script.remark);
  const [tags, setTags] = useState(script.tags);
  const [failure, setFailure] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await describeScript(kind, name, { remark: remark.trim(), tags });
      await bench.reload();
      say(t("saved_in", { org: orgName() }));
      onClose();
    } catch (problem) {
      setFailure(explain(problem));
    }
  };
  const remove = async () => {
    await deleteScript(kind, name);
    storeDraft(kind, name, undefined);
    say(t("scripts.deleted", { name, org: orgName() }));
    go(path("scripts"));
  };
  return (
    <Dialog place="side" title={<code>{name}</code>} onClose={onClose}>
      <form class="form sheet-form" onSubmit={(event) => void save(event)} noValidate>
        <Failure text={failure} />
        <Field label={t("scripts.remark")} hint={t("scripts.remark_hint")}>
          {(ties) => <textarea {...ties} rows={3} value={remark} data-autofocus onInput={(event) => setRemark(event.currentTarget.value)} />}
        </Field>
        <Field label={t("scripts.tags")} hint={t("scripts.tags_hint")}>
          {(ties) => <Chips {...ties} items={tags} placeholder="cold-chain" onChange={setTags} />}
        </Field>
        <div>
          <button type="button" class="link danger-link" onClick={() => setDeleting(true)}>
            {t("scripts.delete", { name })}
          </button>
        </div>
        <SaveFoot onClose={onClose} />
      </form>
      {deleting && (
        <Confirm title={t("scripts.delete_title", { name })} action={t("scripts.delete", { name })} act={remove} onClose={() => setDeleting(false)}>
          <p>{t("scripts.delete_consequence")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}
