// What the names in a script stand for: completion and explanation, from the server's reference and from
// the inputs of the dry run, whose attributes and values nobody can declare.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Prec } from "@codemirror/state";
import { activateHover, closeHoverTooltips, type EditorView, hasHoverTooltips, hoverTooltip, keymap } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";
import type { Entry, Kind, OrgParamKey, Reference } from "../api/scripts";

export interface Names {
  kind: Kind;
  reference: Reference;
  orgParams: OrgParamKey[];
  sample: Record<string, unknown>; // device, params, alarms, msg … as the dry run has them
  onlyIn: (kinds: Kind[]) => string; // "only in RPC"
}

/** What an expression stands for: what is declared of it, and an example of its value. */
interface Meaning {
  entry?: Entry | undefined;
  members: Entry[];
  sample?: unknown;
  orgParams?: boolean;
}

const nothing: Meaning = { members: [] };

export function completeNames(names: () => Names | undefined) {
  return (context: CompletionContext): CompletionResult | null => {
    const known = names();
    if (!known) return null;
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (/String|Comment|RegExp|Template/.test(node.name)) return null;
    const member = context.matchBefore(/\??\.[\w$]*$/);
    const expression = member && objectBefore(node, context.state, member.from);
    if (member && expression) {
      const dot = member.from + member.text.indexOf(".");
      const options = memberOptions(meaningOf(expression, context.state, known, 0), known, dot);
      return options.length ? { from: dot + 1, options, validFor: /^[\w$]*$/ } : null;
    }
    const word = context.matchBefore(/[\w$]+$/);
    if (member || (!word && !context.explicit)) return null;
    return { from: word?.from ?? context.pos, options: globalsOf(known).map((entry) => option(entry, known, 2)), validFor: /^[\w$]*$/ };
  };
}

const globalsOf = ({ reference, kind }: Names) => reference.globals.filter((entry) => !entry.kinds || entry.kinds.includes(kind));

/** The expression that ends before a dot. */
function objectBefore(node: SyntaxNode, state: EditorState, dot: number): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === "MemberExpression" && at.firstChild && at.firstChild.to <= dot && state.sliceDoc(at.firstChild.to, dot).trim() === "") return at.firstChild;
  }
  return null;
}

function memberOptions(meaning: Meaning, names: Names, dot: number): Completion[] {
  if (meaning.orgParams) return names.orgParams.map(({ key, remark }) => orgParamOption(key, remark, dot));
  const options = meaning.members.map((entry) => option(entry, names, 1));
  const declared = new Set(meaning.members.map(({ name }) => name));
  if (isObject(meaning.sample)) {
    for (const [name, value] of Object.entries(meaning.sample)) {
      if (!declared.has(name)) options.push({ ...keyOption(name, dot), type: "property", detail: preview(value), boost: 3 });
    }
  }
  return options;
}

const orgParamOption = (key: string, remark: string, dot: number): Completion => ({ ...keyOption(key, dot), type: "property", ...(remark && { info: remark }) });

/** A key after a dot; one that is no name is written in brackets, over the dot. */
function keyOption(key: string, dot: number): Completion {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return { label: key };
  return {
    label: key,
    apply: (view: EditorView, _: Completion, __: number, to: number) => view.dispatch({ changes: { from: dot, to, insert: `[${JSON.stringify(key)}]` } }),
  };
}

function option(entry: Entry, names: Names, boost: number): Completion {
  const callable = isCall(entry);
  return {
    label: entry.name,
    type: callable ? "function" : "variable",
    detail: callable ? "()" : "",
    boost,
    info: () => documentation(entry, names),
  };
}

const isCall = ({ name, signature = "" }: Entry) => signature.startsWith("function ") || new RegExp(`^${name}\\??[(<]`).test(signature);

function preview(value: unknown) {
  const text = JSON.stringify(value) ?? "";
  return text.length > 24 ? text.slice(0, 23) + "…" : text;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const deepest = 12; // of what a name is defined by, and so on

/** Follows an expression to what is known of it. */
function meaningOf(node: SyntaxNode | null, state: EditorState, names: Names, depth: number): Meaning {
  if (!node || depth > deepest) return nothing;
  const next = (of: SyntaxNode | null) => meaningOf(of, state, names, depth + 1);
  switch (node.name) {
    case "VariableName":
      return ofVariable(node, state, names, depth);
    case "ParenthesizedExpression":
    case "AwaitExpression":
    case "UnaryExpression":
      return next(node.lastChild?.name === ")" ? (node.lastChild.prevSibling ?? null) : node.lastChild);
    case "CallExpression":
    case "NewExpression":
      return ofCall(next(node.name === "NewExpression" ? node.getChild("VariableName") : node.firstChild), names);
    case "MemberExpression": {
      const of = next(node.firstChild);
      const property = node.getChild("PropertyName");
      if (property) return ofMember(of, state.sliceDoc(property.from, property.to), names);
      return anyMember(of); // [thingModelId]
    }
    case "BinaryExpression":
      return next(node.firstChild); // a ?? b, a || b
    default:
      return nothing;
  }
}

function ofVariable(node: SyntaxNode, state: EditorState, names: Names, depth: number): Meaning {
  const name = state.sliceDoc(node.from, node.to);
  const value = initialValue(name, node.from, state);
  if (value && depth < deepest) {
    const found = meaningOf(value, state, names, depth + 1);
    if (found !== nothing) return found;
  }
  return ofGlobal(name === "values" ? "params" : name, names);
}

function ofGlobal(name: string, names: Names): Meaning {
  const entry = globalsOf(names).find((entry) => entry.name === name);
  if (!entry) return nothing;
  return { entry, members: membersOf(entry, names), sample: names.sample[name], orgParams: name === "org_params" };
}

/** The value that a variable is defined with last before a place. */
function initialValue(name: string, before: number, state: EditorState): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  syntaxTree(state).iterate({
    to: before,
    enter: (at) => {
      if (at.name !== "VariableDefinition" || at.from >= before || state.sliceDoc(at.from, at.to) !== name) return;
      const parent = at.node.parent;
      const equals = parent?.name === "VariableDeclaration" ? at.node.nextSibling : null;
      found = equals?.name === "Equals" ? equals.nextSibling : null;
    },
  });
  return found;
}

function ofMember({ members, sample }: Meaning, name: string, names: Names): Meaning {
  const entry = members.find((entry) => entry.name === name);
  const value = isObject(sample) ? sample[name] : undefined;
  if (!entry && value === undefined) return nothing;
  return { entry, members: entry ? membersOf(entry, names) : [], sample: value };
}

/** What stands behind a computed key: that of the first value as an example. */
const anyMember = ({ sample }: Meaning): Meaning => (isObject(sample) ? { members: [], sample: Object.values(sample)[0] } : nothing);

function ofCall({ entry }: Meaning, names: Names): Meaning {
  const type = entry?.returns && names.reference.types.find(({ name }) => name === entry.returns);
  return type ? { members: membersOf(type, names) } : nothing;
}

/** Members of its own, and those of its type and of what that extends. */
function membersOf(entry: Entry, { reference }: Names): Entry[] {
  const all = [...(entry.members ?? [])];
  const seen = new Set<string>([entry.name]);
  for (let type = entry.type; type && !seen.has(type + "()"); ) {
    seen.add(type + "()");
    const of = reference.types.find(({ name }) => name === type);
    all.push(...(of?.members ?? []));
    type = of?.type;
  }
  return all;
}

/** Explains the name under the pointer, and at F1 the one at the cursor. */
export function explainNames(names: () => Names | undefined): Extension {
  return [hoverNames(names), Prec.highest(keymap.of([{ key: "F1", run: explainAtCursor, preventDefault: true }, { key: "Escape", run: closeExplanation }]))];
}

function explainAtCursor(view: EditorView) {
  const { head } = view.state.selection.main;
  activateHover(view, view.state.wordAt(head)?.from ?? head, 1, { until: ({ docChanged, selection }) => docChanged || Boolean(selection) });
  return true;
}

function closeExplanation(view: EditorView) {
  if (!hasHoverTooltips(view.state)) return false;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

function hoverNames(names: () => Names | undefined) {
  return hoverTooltip((view, pos, side) => {
    const known = names();
    const node = syntaxTree(view.state).resolveInner(pos, side);
    if (!known || !/^(VariableName|PropertyName|VariableDefinition)$/.test(node.name)) return null;
    const meaning = node.name === "PropertyName" ? meaningOf(node.parent, view.state, known, 0) : ofGlobal(view.state.sliceDoc(node.from, node.to), known);
    const { entry } = meaning;
    if (!entry || (!entry.signature && !entry.doc)) return null;
    return { pos: node.from, end: node.to, above: true, create: () => ({ dom: documentation(entry, known) }) };
  });
}

function documentation(entry: Entry, names: Names): HTMLElement {
  const box = document.createElement("div");
  box.className = "name-doc";
  box.role = "status"; // told when it comes up
  const add = (tag: string, text: string, kind = "") => {
    const part = document.createElement(tag);
    part.textContent = text;
    part.className = kind;
    box.append(part);
  };
  if (entry.signature) add("code", entry.signature);
  if (entry.doc) add("p", entry.doc);
  if (entry.kinds) add("p", names.onlyIn(entry.kinds), "only");
  return box;
}
