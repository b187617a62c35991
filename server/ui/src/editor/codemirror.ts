// CodeMirror, put together once for scripts and JSON. Everything here is in a chunk of its own: import it
// through load.ts.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec, StateEffect } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, type ViewUpdate } from "@codemirror/view";
import { completeNames, explainNames, type Names } from "./names";
import { highlighting, phrases, theme } from "./theme";

export type Syntax = "javascript" | "typescript" | "json";

/** What is wrong, at a place that counts from 1. */
export interface Complaint {
  message: string;
  line: number;
  column: number;
  severity: "error" | "warning";
}

export interface Options {
  root: ShadowRoot; // styles go here as sheets of its own: the page's content security policy takes no style elements
  text: string;
  syntax: Syntax;
  label: string;
  describedBy: string; // said after the label
  readOnly: boolean;
  onChange: (text: string) => void;
  /** Says what is wrong with a text, while somebody types. */
  check?: ((text: string) => Promise<Complaint[]>) | undefined;
  /** What can be completed and explained. */
  names?: (() => Names | undefined) | undefined;
  /** Ctrl or ⌘ with Enter, and with S. */
  onRun?: (() => void) | undefined;
  onSave?: (() => void) | undefined;
  escaped: string; // announced after Escape: the next Tab leaves
}

export interface Editor {
  setText: (text: string) => void;
  setSyntax: (syntax: Syntax) => void;
  setReadOnly: (readOnly: boolean) => void;
  checkAgain: () => void;
  goTo: (line: number, column?: number) => void;
  focus: () => void;
  destroy: () => void;
}

const languages: Record<Syntax, () => Extension> = {
  javascript: () => javascript(),
  typescript: () => javascript({ typescript: true }),
  json: () => [json(), linter((view) => (view.state.doc.toString().trim() ? parseJson(view) : []), { delay: 300 })],
};

const parseJson = jsonParseLinter();

/** Has the text checked again although it is the same. */
const recheck = StateEffect.define<null>();

/** What every editor and every diff has. */
export function basics(syntax: Syntax): Extension {
  return [lineNumbers(), syntaxHighlighting(highlighting), theme, languages[syntax](), EditorView.lineWrapping, indentUnit.of("  "), EditorState.phrases.of(phrases())];
}

/** Makes an editor in a shadow root. */
export function createEditor(options: Options): Editor {
  const syntax = new Compartment();
  const readOnly = new Compartment();
  let quiet = false; // while the text is set from outside

  const view = new EditorView({
    root: options.root,
    parent: options.root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        syntaxHighlighting(highlighting),
        theme,
        indentUnit.of("  "),
        EditorView.lineWrapping,
        EditorState.phrases.of(phrases()),
        syntax.of(withNames(options.syntax, options.names)),
        readOnly.of(locked(options.readOnly)),
        options.check ? linter((view) => complaints(view, options.check!), { delay: 450, needsRefresh }) : [],
        options.names ? explainNames(options.names) : [],
        autocompletion({ icons: false }),
        EditorView.domEventHandlers({ beforeinput: replaceSelected }),
        Prec.highest(keymap.of(ownKeys(options))),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": options.label, "aria-description": options.describedBy, autocapitalize: "off", spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      quiet = false;
    },
    setSyntax: (next) => view.dispatch({ effects: syntax.reconfigure(withNames(next, options.names)) }),
    setReadOnly: (next) => view.dispatch({ effects: readOnly.reconfigure(locked(next)) }),
    checkAgain: () => view.dispatch({ effects: recheck.of(null) }),
    goTo: (line, column = 1) => {
      const at = placeOf(view.state, line, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/**
 * Types over a selection. The browser would give the new text the look of the old as an inline style, which the
 * content security policy reports.
 */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { data } = event;
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== "insertText" || !data || empty || view.composing || view.state.readOnly) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
  return true;
}

const locked = (readOnly: boolean): Extension => [EditorState.readOnly.of(readOnly)];

function withNames(syntax: Syntax, names: Options["names"]): Extension {
  if (!names || syntax === "json") return languages[syntax]();
  const data = [{ autocomplete: completeNames(names) }]; // one for good: a query is known by its source
  return [languages[syntax](), EditorState.languageData.of(() => data)];
}

function ownKeys({ onRun, onSave, escaped }: Options) {
  const act = (run: (() => void) | undefined) => () => {
    run?.();
    return Boolean(run);
  };
  return [
    { key: "Mod-Enter", run: act(onRun) },
    { key: "Mod-s", run: act(onSave), preventDefault: Boolean(onSave) },
    {
      key: "Escape",
      run: (view: EditorView) => {
        view.dispatch({ effects: EditorView.announce.of(escaped) });
        return false; // the editor itself lets the next Tab go
      },
    },
  ];
}

const needsRefresh = ({ transactions }: ViewUpdate) => transactions.some(({ effects }) => effects.some((effect) => effect.is(recheck)));

async function complaints(view: EditorView, check: (text: string) => Promise<Complaint[]>): Promise<Diagnostic[]> {
  const { state } = view; // what is checked: while the server looks at it, somebody types on
  const { doc } = state;
  const found = await check(doc.toString());
  return found.map(({ message, line, column, severity }) => {
    const from = placeOf(state, line, column);
    const word = state.wordAt(from);
    const to = word && word.from === from ? word.to : Math.min(from + 1, doc.lineAt(from).to);
    return { from, to, severity, message };
  });
}

/** The position of a line and column from 1; the nearest one that there is. */
function placeOf(state: EditorState, line: number, column: number) {
  const at = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return Math.min(at.from + Math.max(column, 1) - 1, at.to);
}
