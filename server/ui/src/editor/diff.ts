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

/** Shows what differs; what it returns takes it away. */
export function createDiff({ root, before, after, syntax, labels, narrow }: DiffOptions): () => void {
  const side = (label: string) => [basics(syntax), EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": label })];
  const collapseUnchanged = { margin: 3, minSize: 6 };
  if (narrow) {
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: after,
        extensions: [side(labels.after), unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged })],
      }),
    });
    return () => view.destroy();
  }
  const merge = new MergeView({
    root,
    parent: root,
    a: { doc: before, extensions: side(labels.before) },
    b: { doc: after, extensions: side(labels.after) },
    collapseUnchanged,
    gutter: true,
  });
  return () => merge.destroy();
}
