import { route } from "../../route";
import { List } from "./List";
import { Story } from "./Story";
import "./executions.css";

// Addresses: /executions with ?state= and ?eui=, /executions/ID.
export default function Executions() {
  const id = route.value.rest[0];
  return id ? <Story key={id} id={id} /> : <List />;
}
