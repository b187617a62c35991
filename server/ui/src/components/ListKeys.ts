import { useEffect } from "preact/hooks";

/** Marks the link of a row for useListKeys. */
export const rowLink = { "data-row": "" };

/** j and k walk over the rows of the page's list, / goes to its search box, n does what its first button does. */
export function useListKeys(add?: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const act = actions[event.key] ?? (event.key === "n" ? add : undefined);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [add]);
}

const actions: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.querySelector<HTMLElement>("[type=search]")?.focus(),
};

function step(by: number) {
  const links = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const row = document.activeElement?.closest("[role=row], li");
  const at = links.findIndex((link) => row?.contains(link));
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
  links[next]?.focus();
}

/** Whether a key that is pressed there belongs to a text. */
export function isTyping(target: EventTarget | null) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));
}
