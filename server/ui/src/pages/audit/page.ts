import { History } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "audit",
  title: "audit.title",
  icon: History,
  order: 100,
  needs: "admin",
  load: () => import("./index"),
};
