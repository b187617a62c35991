import { useEffect, useRef, useState } from "preact/hooks";
import { getScript, type Kind, resumeScript, type Script } from "../../api/scripts";
import { kindWord } from "../../components/Badge";
import { Failure } from "../../components/Failure";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { Tabs } from "../../components/Tabs";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import type { EditorHandle } from "../../editor/CodeEditor";
import { type PlainKey, t } from "../../i18n";
import { go, path, withQuery } from "../../route";
import { About } from "./About";
import { Cases } from "./Cases";
import { useWork, type Work } from "./draft";
import { DraftNotice } from "./DraftNotice";
import { EditorTab } from "./EditorTab";
import { addressOf, mayWrite, remarkOf } from "./List";
import { Mounts } from "./Mounts";
import { Parameters } from "./Parameters";
import { PausedBadge } from "./Paused";
import { Publish } from "./Publish";
import { Runs } from "./Runs";
import { useTrial } from "./trial";
import { Versions } from "./Versions";

/** What every part of a script's page works with. */
export interface Bench {
  kind: Kind;
  name: string;
  script: Script | undefined; // undefined: not published yet
  work: Work;
  writes: boolean;
  reload: () => Promise<void>;
  /** Shows a line of the source. */
  jump: (line: number, column?: number) => void;
}

export function ScriptPage({ kind, name, tab }: { kind: Kind; name: string; tab: string }) {
  const { data: script, failure, missing, reload } = useLoaded(kind + "/" + name, () => getScript(kind, name));
  const loaded = script !== undefined || missing;
  const work = useWork(kind, name, script);
  if (failure && !missing) return <Failure text={failure} again={reload} />;
  if (!loaded) return <Skeleton />;
  if (missing && !work.dirty) return <Missing name={name} />;
  return <Workbench kind={kind} name={name} tab={tab} script={script} work={work} reload={reload} />;
}

function Missing({ name }: { name: string }) {
  return (
    <p class="form-error" role="alert">
      {t("scripts.missing", { name })}{" "}
      <a class="link" href={path("scripts")}>
        {t("show_all")}
      </a>
    </p>
  );
}

const tabs = ["editor", "params", "cases", "versions", "mounts", "runs"] as const;

function Workbench({ kind, name, tab, script, work, reload }: Omit<Bench, "writes" | "jump"> & { tab: string }) {
  const [publishing, setPublishing] = useState(false);
  const [about, setAbout] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const wanted = useRef<[number, number?]>();
  const writes = mayWrite();
  const jump = (line: number, column?: number) => {
    if (editor.current) return editor.current.goTo(line, column);
    wanted.current = [line, column];
    go(withQuery(addressOf({ kind, name })));
  };
  useEffect(() => {
    if (tab !== "editor" || !wanted.current) return;
    editor.current?.goTo(...wanted.current);
    wanted.current = undefined;
  }, [tab]);

  const bench: Bench = { kind, name, script, work, writes, reload, jump };
  const trial = useTrial(bench);
  const shown = tabs.filter((name) => (name === "params" ? kind === "rpc" : name === "editor" || script));
  return (
    <div class="script-page">
      <PageHeader
        title={name}
        heading={<code>{name}</code>}
        purpose={(script && remarkOf(script)) || t(`scripts.kind_${kind}` as PlainKey)}
        back={{ href: path("scripts"), label: t("scripts.title") }}
      >
        {writes && script && !script.library && (
          <button type="button" class="button" onClick={() => setAbout(true)}>
            {t("scripts.about")}
          </button>
        )}
        {writes && (
          <button type="button" class="button primary" disabled={!work.dirty} onClick={() => setPublishing(true)}>
            {t("scripts.publish")}
          </button>
        )}
      </PageHeader>
      <Standing bench={bench} />
      <DraftNotice bench={bench} />
      <Tabs
        label={name}
        current={tab}
        address={(tab) => (tab === "editor" ? addressOf({ kind, name }) : addressOf({ kind, name }, tab))}
        tabs={shown.map((name) => ({ name, label: t(`scripts.tab_${name}` as PlainKey) }))}
      />
      {tab === "editor" && <EditorTab bench={bench} trial={trial} editor={editor} />}
      {tab === "params" && <Parameters bench={bench} />}
      {tab === "cases" && script && <Cases bench={bench} trial={trial} />}
      {tab === "versions" && script && <Versions bench={bench} />}
      {tab === "mounts" && script && <Mounts bench={bench} />}
      {tab === "runs" && script && <Runs bench={bench} />}
      {publishing && <Publish bench={bench} onClose={() => setPublishing(false)} />}
      {about && script && <About bench={bench} script={script} onClose={() => setAbout(false)} />}
    </div>
  );
}

/** Which version runs, and whether it does. */
function Standing({ bench: { kind, name, script, work, reload, writes } }: { bench: Bench }) {
  const resume = async () => {
    try {
      await resumeScript(kind, name);
      say(t("scripts.resumed", { name }));
      await reload();
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
  };
  return (
    <>
      <p class="line">
        <span class="tag">{kindWord(kind)}</span>
        <span class="tag">{work.code.language === "typescript" ? "TypeScript" : "JavaScript"}</span>
        {script?.library && <span class="tag">{t("scripts.library")}</span>}
        {script && !script.library && <span class="tag">{t("scripts.version", { version: script.version })}</span>}
        {work.dirty && <span class="badge warn">{t("scripts.unpublished")}</span>}
        {script?.tags.map((tag) => (
          <span class="tag" key={tag}>
            {tag}
          </span>
        ))}
      </p>
      {script?.paused && <PausedBadge pause={script.paused} onResume={writes ? () => void resume() : undefined} />}
    </>
  );
}
