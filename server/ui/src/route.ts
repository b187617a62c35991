// The address bar. The first segment of a path picks the page, the page reads the others and the query.
import { signal } from "@preact/signals";

interface Route {
  page: string; // "org-params"
  rest: string[]; // what follows, decoded
  query: URLSearchParams;
}

export const route = signal<Route>(read());

/** The address of a page and what is open in it: path("org-params", key). */
export function path(page: string, ...rest: string[]): string {
  return "/" + [page, ...rest].map(encodeURIComponent).join("/");
}

/** The address with the current query, changed by set; an empty value takes a name out. */
export function withQuery(path: string, set: Record<string, string> = {}): string {
  const query = new URLSearchParams(route.peek().query);
  for (const [name, value] of Object.entries(set)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return query.size ? `${path}?${query}` : path;
}

/** Goes to an address of this application. replace: the address before is not kept in the history. */
export function go(address: string, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", address);
  else {
    history.pushState(null, "", address);
    if (location.pathname.split("/")[1] !== route.peek().page || !address.includes("?")) scrollTo(0, 0);
  }
  route.value = read();
}

function read(): Route {
  const [page = "", ...rest] = location.pathname.split("/").filter(Boolean).map(decode);
  return { page, rest, query: new URLSearchParams(location.search) };
}

function decode(segment: string) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray percent sign
  }
}

addEventListener("popstate", () => {
  route.value = read();
});

addEventListener("click", (click) => {
  if (click.defaultPrevented || click.button || click.ctrlKey || click.metaKey || click.altKey || click.shiftKey) return;
  const link = click.target instanceof Element ? click.target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
  click.preventDefault();
  go(link.pathname + link.search);
});
