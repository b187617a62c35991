import { Users } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "access",
  title: "access.title",
  icon: Users,
  order: 90,
  needs: "admin",
  load: () => import("./index"),
};
