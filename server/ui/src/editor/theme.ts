// The editors' colours are the pages' own: both themes at once.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { language } from "../preferences";

export const theme = EditorView.theme({
  "&": { height: "100%", maxHeight: "var(--code-most, none)", borderRadius: "7px", color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "0.84375rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.2em", padding: "0 0.35em 0 0.4em" },
  ".cm-gutter-lint": { width: "0.9em" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0.25em 0 0" },
  // CodeMirror's own signs are data: images, which the content security policy does not take.
  ".cm-lint-marker": { width: "0.6em", height: "0.6em", margin: "0.2em 0 0 0.1em", borderRadius: "50%" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--danger)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--warning)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--sunken) 55%, transparent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "light-dark(#cfe7e1, #264b44)",
  },
  ".cm-selectionMatch": { backgroundColor: "light-dark(#e3efe9, #23403a)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  ".cm-searchMatch": { backgroundColor: "var(--warning-wash)", outline: "1px solid var(--warning)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panels button": { color: "var(--text)", backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "5px" },
  ".cm-panels input": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "5px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--shadow)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.6rem", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-wash)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-completionInfo": { padding: "0.5rem 0.7rem", maxWidth: "24rem" },
  ".cm-diagnostic": { padding: "0.35rem 0.6rem", borderLeftColor: "var(--danger)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warning)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy light-dark(#b3261e, #ff9c94)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy light-dark(#855300, #f2bd55)", textUnderlineOffset: "3px" },
  ".name-doc": { padding: "0.5rem 0.7rem", maxWidth: "30rem", fontFamily: "var(--sans)", fontSize: "0.84375rem", lineHeight: "1.5" },
  ".name-doc code": { display: "block", fontFamily: "var(--mono)", fontSize: "0.92em", whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: "9em", overflow: "auto" },
  ".name-doc p": { margin: "0.3rem 0 0" },
  ".name-doc .only": { color: "var(--muted)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "light-dark(#fdecea, #3a1d1b) !important" },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine, .cm-inlineChangedLine, &:not(.cm-merge-a) .cm-changedLine": { backgroundColor: "light-dark(#e8f5ee, #17312c) !important" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText, .cm-deletedText": { background: "light-dark(#fbdcd8, #6b2a25) !important" },
  "&.cm-merge-b .cm-changedText, &:not(.cm-merge-a) .cm-changedText": { background: "light-dark(#d3efe4, #245548) !important" },
  ".cm-collapsedLines": { background: "var(--sunken)", color: "var(--muted)", padding: "0.2rem 0.6rem" },
});

export const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword], color: "light-dark(#7a3e9d, #d3a4f0)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "light-dark(#2f6b1f, #9fd58a)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "light-dark(#9a4a00, #f0b070)" },
  { tag: [tags.comment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.definition(tags.function(tags.variableName))], color: "light-dark(#0b5fa5, #8cc6ff)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "light-dark(#0f5a6b, #7fd0e0)" },
  { tag: [tags.typeName, tags.className], color: "light-dark(#8a5a00, #e5c07b)" },
  { tag: tags.invalid, color: "var(--danger)" },
]);

/** CodeMirror's own few words, in the language of the page. */
export const phrases = (): Record<string, string> => (language.value === "zh" ? chinese : {});

const chinese: Record<string, string> = {
  Find: "查找",
  Replace: "替换为",
  next: "下一个",
  previous: "上一个",
  all: "全部",
  "match case": "区分大小写",
  regexp: "正则表达式",
  "by word": "全字匹配",
  replace: "替换",
  "replace all": "全部替换",
  close: "关闭",
  "current match": "当前匹配",
  "on line": "行",
  "Go to line": "转到行",
  go: "前往",
  Diagnostics: "问题",
  "No diagnostics": "没有问题",
  Completions: "补全",
  "$ unchanged lines": "$ 行未更改",
  "Fold line": "折叠",
  "Unfold line": "展开",
};
