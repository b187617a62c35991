import { KeyRound } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "org-params",
  title: "org_params.title",
  icon: KeyRound,
  order: 80,
  needs: "admin",
  load: () => import("./index"),
};
