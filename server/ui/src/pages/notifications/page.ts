import { BellRing } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "notifications",
  title: "notifications.title",
  icon: BellRing,
  order: 70,
  needs: "write",
  load: () => import("./index"),
};
