import { route } from "../../route";
import { DevicePage } from "./DevicePage";
import { List } from "./List";
import "./devices.css";

// Addresses: /devices with ?q=, ?alarms=1 and ?new=1, /devices/EUI with a part of it behind: /attributes, /mounts,
// /executions, /deliveries; ?do=uplink, ?do=call and ?do=edit open what is beside it.
export default function Devices() {
  const eui = route.value.rest[0];
  return eui ? <DevicePage key={eui} eui={eui} /> : <List />;
}
