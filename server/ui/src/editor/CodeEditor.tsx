import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure } from "../components/Failure";
import { t } from "../i18n";
import { language } from "../preferences";
import type { Complaint, Editor, Syntax } from "./codemirror";
import { loadEditor } from "./load";
import type { Names } from "./names";

export interface EditorHandle {
  goTo: (line: number, column?: number) => void;
  focus: () => void;
}

interface Props {
  text: string;
  syntax: Syntax;
  label: string;
  readOnly?: boolean;
  onChange?: (text: string) => void;
  check?: (text: string) => Promise<Complaint[]>;
  names?: () => Names | undefined;
  onRun?: () => void;
  onSave?: () => void;
  /** Changes when a check may answer otherwise although the text did not change. */
  checkKey?: string;
  handle?: Ref<EditorHandle>;
}

/** An editor for code. It is in a shadow root: its style sheets are objects there, which the content security policy allows. */
export function CodeEditor({ text, syntax, label, readOnly = false, onChange, check, names, onRun, onSave, checkKey = "", handle }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>();
  const [failed, setFailed] = useState(false);
  const [ready, setReady] = useState(false);
  // The editor lives longer than one rendering: it asks for what is current.
  const current = useRef({ text, onChange, check, onRun, onSave, wanted: undefined as [number, number?] | undefined });
  Object.assign(current.current, { text, onChange, check, onRun, onSave });
  // What was typed and has not come back as text yet: rendering lags behind fast typing, and what comes back late
  // must not overwrite what was typed since.
  const typed = useRef<string[]>([]);
  const words = language.value;

  useLayoutEffect(() => {
    let gone = false;
    const now = current.current;
    const element = host.current!;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    loadEditor().then(
      ({ createEditor }) => {
        if (gone) return;
        root.replaceChildren();
        editor.current = createEditor({
          root,
          text: now.text,
          syntax,
          label,
          readOnly,
          describedBy: readOnly ? "" : t("scripts.editor_keys"),
          escaped: t("scripts.editor_escaped"),
          onChange: (text) => {
            typed.current.push(text);
            now.onChange?.(text);
          },
          check: check && ((text) => now.check?.(text) ?? Promise.resolve([])),
          names,
          onRun: onRun && (() => now.onRun?.()),
          onSave: onSave && (() => now.onSave?.()),
        });
        setReady(true);
        if (now.wanted) editor.current.goTo(...now.wanted);
        now.wanted = undefined;
      },
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
      setReady(false);
    };
  }, [words, label]);

  useEffect(() => {
    const at = typed.current.lastIndexOf(text);
    typed.current = at < 0 ? [] : typed.current.slice(at + 1);
    if (at < 0) editor.current?.setText(text);
  }, [text, ready]);
  useEffect(() => editor.current?.setSyntax(syntax), [syntax, ready]);
  useEffect(() => editor.current?.setReadOnly(readOnly), [readOnly, ready]);
  useEffect(() => editor.current?.checkAgain(), [checkKey, ready]);
  useImperativeHandle(handle ?? null, () => ({
    goTo: (line, column) => (editor.current ? editor.current.goTo(line, column) : (current.current.wanted = [line, column])),
    focus: () => editor.current?.focus(),
  }), []);

  if (failed) return <Failure text={t("problem.unreachable")} again={() => location.reload()} />;
  return (
    <div class="code-editor">
      {/* From outside, a key that is typed in the shadow root seems typed on its host: the pages' one-letter keys must not hear it. */}
      <div class="code-room" ref={host} aria-busy={!ready} onKeyDown={keepToItself} />
    </div>
  );
}

const keepToItself = (event: KeyboardEvent) => {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
};
