import type { Kind } from "../../api/scripts";
import { route } from "../../route";
import { List } from "./List";
import { NewScript } from "./NewScript";
import { ScriptPage } from "./ScriptPage";
import "./scripts.css";
import "./dry_run.css";

// Addresses: /scripts, /scripts/new, /scripts/KIND/NAME, /scripts/KIND/NAME/TAB;
// ?execution=ID on a script's editor takes the dry run's inputs from that execution.
export default function Scripts() {
  const [kind, name, tab = "editor"] = route.value.rest;
  if (kind === "new") return <NewScript />;
  if (kind && name) return <ScriptPage key={kind + "/" + name} kind={kind as Kind} name={name} tab={tab} />;
  return <List />;
}
