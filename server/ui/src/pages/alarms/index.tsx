import { route } from "../../route";
import { AlarmPage } from "./AlarmPage";
import { Board } from "./Board";
import "./alarms.css";

// Addresses: /alarms with ?level=, ?state=cleared, ?q= and ?eui=, /alarms/ID.
export default function Alarms() {
  const id = route.value.rest[0];
  return id ? <AlarmPage key={id} id={id} /> : <Board />;
}
