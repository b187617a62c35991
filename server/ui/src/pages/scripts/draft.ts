// Code that is not published yet. It is kept in the tab's storage until it is published or discarded: a
// reload, a look at another page and an ended session lose nothing.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Code, Kind, Param, Script } from "../../api/scripts";
import { keepDraft, ownerOf, recallDraft } from "../../drafts";
import { session } from "../../session";

export interface Draft extends Code {
  base: number; // the version that it began with; 0: none
}

function owner(): string {
  const now = session.peek();
  return "me" in now ? ownerOf(now.me) : "";
}

const loadDraft = (kind: Kind, name: string) => recallDraft<Draft>(owner(), kind + "/" + name);

/** Keeps a draft; undefined forgets it. Nobody's is kept: a page that goes at the end of a session leaves nothing. */
export function storeDraft(kind: Kind, name: string, draft: Draft | undefined) {
  if (owner()) keepDraft(owner(), kind + "/" + name, draft);
}

export const hasDraft = (kind: Kind, name: string) => Boolean(loadDraft(kind, name));

export const codeOf = ({ source, language, params }: Code): Code => ({ source, language, params });

/** Two declarations that say the same are equal, whatever the server leaves out of its own. */
export const sameParams = (a: Param[], b: Param[]) => JSON.stringify(a.map(tidyParam)) === JSON.stringify(b.map(tidyParam));

/** A parameter without what says nothing. */
function tidyParam({ name, type, alias, index, default: value, unit, options }: Param): Param {
  return {
    name,
    type,
    ...(alias && { alias }),
    ...(index && { index }),
    ...(value !== undefined && value !== null && { default: value }),
    ...(unit && { unit }),
    ...(options?.length && { options: options.map(({ key, value }) => ({ key, value })) }),
  };
}

const sameCode = (a: Code, b: Code) => a.source === b.source && a.language === b.language && sameParams(a.params, b.params);

export interface Work {
  code: Code;
  base: number;
  dirty: boolean;
  change: (change: Partial<Code>) => void;
  /** Goes on from this version: what was changed stays. */
  rebase: (version: number) => void;
  /** Begins anew with this code. */
  restart: (code: Code, version: number) => void;
  /** There is nothing left to publish. */
  finish: () => void;
}

const pause = 300; // milliseconds without a key

/** The code that somebody works on: the draft of this tab, or else the published version. */
export function useWork(kind: Kind, name: string, script: Script | undefined): Work {
  const published: Code = script ? codeOf(script) : { source: "", language: "javascript", params: [] };
  const [draft, setDraft] = useState<Draft | undefined>(() => loadDraft(kind, name));
  const latest = useRef(draft);
  latest.current = draft;
  const base = draft?.base ?? (script && !script.library ? script.version : 0);
  const code = draft ? codeOf(draft) : published;
  const dirty = draft !== undefined && (!script || !sameCode(draft, published));

  const keep = useCallback(() => storeDraft(kind, name, latest.current), [kind, name]);
  useEffect(() => {
    const due = setTimeout(keep, pause);
    return () => clearTimeout(due);
  }, [draft]);
  useEffect(() => {
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, []);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [dirty]);

  return {
    code,
    base,
    dirty,
    change: (change) => {
      const next = { ...codeOf(latest.current ?? published), ...change, base };
      setDraft(script && sameCode(next, published) ? undefined : next);
    },
    rebase: (version) => setDraft((draft) => draft && { ...draft, base: version }),
    restart: (code, version) => setDraft(script && sameCode(code, published) ? undefined : { ...codeOf(code), base: version }),
    finish: () => setDraft(undefined),
  };
}
