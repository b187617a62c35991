import { route } from "../../route";
import { DeliveryPage } from "./DeliveryPage";
import { List } from "./List";
import "./deliveries.css";

// Addresses: /deliveries with ?state= and ?eui=, /deliveries/ID.
export default function Deliveries() {
  const id = route.value.rest[0];
  return id ? <DeliveryPage key={id} id={id} /> : <List />;
}
