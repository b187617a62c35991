import { Activity } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "executions",
  title: "executions.title",
  icon: Activity,
  order: 50,
  needs: "read",
  load: () => import("./index"),
};
