import { Settings } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "settings",
  title: "settings.title",
  icon: Settings,
  order: 110,
  needs: "admin",
  load: () => import("./index"),
};
