// Two texts beside each other, or one over the other where there is no room for two.
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basics, type Syntax } from "./codemirror";

interface DiffOptions {
  root: ShadowRoot;
  before: string;
  after: string;
  syntax: Syntax;
  labels: { before: string; after: string };
  narrow: boolean;
}

const focusRing = EditorView.theme({
  ".cm-content:focus-visible, .cm-collapsedLines:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
});

/** Shows what differs; what it returns takes it away. */
export function createDiff({ root, before, after, syntax, labels, narrow }: DiffOptions): () => void {
  const side = (label: string) => [focusRing, basics(syntax), EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": label })];
  const collapseUnchanged = { margin: 3, minSize: 6 };
  const reached = byKeyboard(root);
  if (narrow) {
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: after,
        extensions: [side(labels.after), unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged })],
      }),
    });
    return () => (reached.disconnect(), view.destroy());
  }
  const merge = new MergeView({
    root,
    parent: root,
    a: { doc: before, extensions: side(labels.before) },
    b: { doc: after, extensions: side(labels.after) },
    collapseUnchanged,
    gutter: true,
  });
  return () => (reached.disconnect(), merge.destroy());
}

/** Lines that are folded away unfold at a press of a pointer only: makes buttons of them, as long as nobody disconnects it. */
function byKeyboard(root: ShadowRoot): MutationObserver {
  const observer = new MutationObserver(() => {
    for (const fold of root.querySelectorAll<HTMLElement>(".cm-collapsedLines:not([role])")) {
      fold.role = "button";
      fold.tabIndex = 0;
      fold.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation(); // the editor around it has its own meaning of Enter
        const text = fold.closest<HTMLElement>(".cm-content");
        fold.click(); // and is gone
        text?.focus();
      };
    }
  });
  observer.observe(root, { childList: true, subtree: true });
  return observer;
}
