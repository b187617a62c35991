import { LayoutDashboard } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "overview",
  title: "overview.title",
  icon: LayoutDashboard,
  order: 10,
  needs: "read",
  load: () => import("./index"),
};
