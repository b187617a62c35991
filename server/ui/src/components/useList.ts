import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, type Page } from "../api/client";
import { explain } from "./problem";

export interface List<T> {
  items: T[] | undefined; // undefined: not there yet
  failure: string | undefined;
  more: (() => Promise<void>) | undefined; // fetches the next page; undefined after the last one
  refresh: () => Promise<void>; // fetches what is newest; the pages below stay
}

interface State<T> {
  path: string;
  items?: T[];
  next?: string | undefined;
  failure?: string;
}

/** The list at a path of the interface, page by page. idOf names an item. */
export function useList<T>(path: string, idOf: (item: T) => string): List<T> {
  const [state, setState] = useState<State<T>>({ path });
  const wanted = useRef(path);
  wanted.current = path;

  const fetchPage = useCallback(async (cursor?: string) => {
    const asked = wanted.current;
    try {
      const page = await get<Page<T>>(asked + (cursor ? (asked.includes("?") ? "&" : "?") + "cursor=" + encodeURIComponent(cursor) : ""));
      if (asked !== wanted.current) return;
      setState((before) => {
        const kept = before.path === asked ? before : { path: asked };
        if (cursor) return { path: asked, items: [...(kept.items ?? []), ...page.items], next: page.next_cursor };
        return { path: asked, ...refreshed(kept, page, idOf) };
      });
    } catch (problem) {
      if (asked === wanted.current) setState((before) => ({ ...(before.path === asked ? before : {}), path: asked, failure: explain(problem) }));
    }
  }, []);
  useEffect(() => void fetchPage(), [path]);

  const current = state.path === path ? state : { path };
  const next = current.next;
  return {
    items: current.items,
    failure: current.failure,
    more: next ? () => fetchPage(next) : undefined,
    refresh: useCallback(() => fetchPage(), []),
  };
}

/** The newest page before the pages that were fetched below it. Items that left the first page by being deleted go. */
function refreshed<T>(before: State<T>, page: Page<T>, idOf: (item: T) => string): Pick<State<T>, "items" | "next"> {
  const last = page.items.at(-1);
  const at = last && before.items ? before.items.findIndex((item) => idOf(item) === idOf(last)) : -1;
  // Nothing below, or too much new for the pages to meet: the list begins anew.
  if (!before.items || at < 0 || at === before.items.length - 1) return { items: page.items, next: page.next_cursor };
  return { items: [...page.items, ...before.items.slice(at + 1)], next: before.next };
}
