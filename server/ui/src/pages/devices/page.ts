import { Router } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "devices",
  title: "devices.title",
  icon: Router,
  order: 30,
  needs: "read",
  load: () => import("./index"),
};
