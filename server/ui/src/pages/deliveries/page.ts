import { SendHorizontal } from "lucide-preact";
import type { Page } from "../../pages";

export const page: Page = {
  name: "deliveries",
  title: "deliveries.title",
  icon: SendHorizontal,
  order: 60,
  needs: "read",
  load: () => import("./index"),
};
