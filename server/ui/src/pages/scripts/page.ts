import { FileCode } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "scripts",
  title: "scripts.title",
  icon: FileCode,
  order: 40,
  needs: "read",
  load: () => import("./index"),
};
