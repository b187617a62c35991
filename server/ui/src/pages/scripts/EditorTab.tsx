import type { Ref } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { checkScript, getReference, type Kind, listOrgParamKeys, type OrgParamKey, type Reference } from "../../api/scripts";
import { kindWord } from "../../components/Badge";
import { useLoaded } from "../../components/useLoaded";
import { CodeEditor, type EditorHandle } from "../../editor/CodeEditor";
import type { Complaint } from "../../editor/codemirror";
import type { Names } from "../../editor/names";
import { t } from "../../i18n";
import { listed } from "../../i18n/format";
import { DryRun } from "./DryRun";
import { sampleOf } from "./inputs";
import type { Bench } from "./ScriptPage";
import type { Trial } from "./trial";

interface Props {
  bench: Bench;
  trial: Trial;
  editor: Ref<EditorHandle>;
}

/** The code, and beside it what it would do. */
export function EditorTab({ bench, trial, editor }: Props) {
  const { kind, name, work, writes } = bench;
  const [state, setState] = useState<Checked>({ state: "unknown" });
  const reference = useLoaded("reference", getReference);
  const names = useNames(kind, reference.data, writes, trial);
  // Unknown while the server is busy or away: what was said of the text before is not said of this one.
  const check = async (source: string): Promise<Complaint[]> => {
    if (!source.trim()) return setState({ state: "unknown" }), [];
    try {
      const reply = await checkScript(kind, name, { ...work.code, source });
      const found = complaintsOf(reply, kind);
      setState(found[0] ? { state: found[0].severity, first: found[0] } : { state: "good" });
      return found;
    } catch (problem) {
      if (!(problem instanceof Problem && awayOrBusy(problem))) throw problem;
      setState({ state: "unknown" });
      return [];
    }
  };

  return (
    <div class="bench">
      <section class="bench-code" aria-label={t("scripts.tab_editor")}>
        <CodeEditor
          handle={editor}
          text={work.code.source}
          syntax={work.code.language}
          label={t("scripts.source_of", { name })}
          readOnly={!writes}
          onChange={(source) => work.change({ source })}
          check={writes ? check : undefined}
          checkKey={work.code.language}
          names={names}
          onRun={writes ? () => void trial.run() : undefined}
        />
        {writes && <CheckLine checked={state} jump={bench.jump} />}
      </section>
      {writes && <DryRun bench={bench} trial={trial} cpuLimit={reference.data?.cpu_limit_ms} />}
    </div>
  );
}

const awayOrBusy = ({ status }: Problem) => [0, 401, 429, 499, 503].includes(status);

type Checked = { state: "unknown" | "good" } | { state: "error" | "warning"; first: Complaint };

/** What is wrong with the code, in words: for those who do not see the underlining. */
function CheckLine({ checked, jump }: { checked: Checked; jump: Bench["jump"] }) {
  return (
    <p class={"check-line " + checked.state} role="status">
      {checked.state === "unknown" && t("scripts.check_unknown")}
      {checked.state === "good" && t("scripts.check_good")}
      {"first" in checked && (
        <button type="button" class="link" onClick={() => jump(checked.first.line, checked.first.column)}>
          {t("scripts.line", { line: checked.first.line })}: {checked.first.message}
        </button>
      )}
      <span class="editor-hint">{t("scripts.editor_keys")}</span>
    </p>
  );
}

function complaintsOf(reply: Awaited<ReturnType<typeof checkScript>>, kind: Kind): Complaint[] {
  const found: Complaint[] = [];
  if (reply.error) found.push({ message: reply.error.message, line: reply.error.line ?? 1, column: reply.error.column ?? 1, severity: "error" });
  for (const { message } of reply.fields ?? []) found.push({ message: t("scripts.bad_params", { message }), line: 1, column: 1, severity: "error" });
  if (reply.other_kind) {
    found.push({ message: t("scripts.other_kind", { other: kindWord(reply.other_kind), kind: kindWord(kind) }), line: 1, column: 1, severity: "warning" });
  }
  return found;
}

/** What the editor completes and explains; the dry run's inputs are its examples. */
function useNames(kind: Kind, reference: Reference | undefined, writes: boolean, trial: Trial): () => Names | undefined {
  const [orgParams, setOrgParams] = useState<OrgParamKey[]>([]);
  useEffect(() => {
    // Without them there is less to complete.
    if (writes) listOrgParamKeys().then(setOrgParams, () => {});
  }, [writes]);
  const known = useRef<Names>();
  known.current = reference && {
    kind,
    reference,
    orgParams,
    sample: sampleOf(trial.parts),
    onlyIn: (kinds) => t("scripts.only_in", { kinds: listed(kinds.map(kindWord)) }),
  };
  return useRef(() => known.current).current;
}
