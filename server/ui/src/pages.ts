// The pages in the frame. A folder in pages/ whose page.ts exports a Page is in it: nothing else to register.
import type { LucideIcon } from "lucide-preact";
import type { ComponentType } from "preact";
import type { Capability } from "./api/session";
import type { PlainKey } from "./i18n";

export interface Page {
  name: string; // first segment of its addresses
  title: PlainKey;
  icon: LucideIcon;
  order: number; // place in the side bar, from the top
  needs: Capability;
  /** Fetches the page's own code, when somebody goes there: load: () => import("./index"). */
  load: () => Promise<{ default: ComponentType }>;
}

const modules = import.meta.glob<{ page: Page }>("./pages/*/page.ts", { eager: true });

const all = Object.values(modules)
  .map((module) => module.page)
  .sort((a, b) => a.order - b.order);

/** The pages that somebody with these capabilities can use. */
export function pagesFor(capabilities: Capability[]): Page[] {
  return all.filter((page) => capabilities.includes(page.needs));
}
