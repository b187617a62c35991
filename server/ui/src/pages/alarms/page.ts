import { Siren } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "alarms",
  title: "alarms.title",
  icon: Siren,
  order: 20,
  needs: "read",
  load: () => import("./index"),
};
