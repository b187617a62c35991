import { Search } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { go, route, withQuery } from "../route";

const pause = 250; // milliseconds without a key: the search is meant

/** Writes a filter into the address; an empty value takes it out. */
const setFilter = (name: string, value: string) => go(withQuery(location.pathname, { [name]: value }), { replace: true });

/** The search box of a list; what is searched for is q in the address. */
export function SearchBox({ placeholder }: { placeholder: string }) {
  const inAddress = route.value.query.get("q") ?? "";
  const [typed, setTyped] = useState(inAddress);
  useEffect(() => setTyped(inAddress), [inAddress]);
  useEffect(() => {
    if (typed.trim() === inAddress) return;
    const due = setTimeout(() => setFilter("q", typed.trim()), pause);
    return () => clearTimeout(due);
  }, [typed]);
  return (
    <label class="search">
      <Search aria-hidden />
      <span class="visually-hidden">{t("search")}</span>
      <input type="search" value={typed} placeholder={placeholder} onInput={(event) => setTyped(event.currentTarget.value)} />
    </label>
  );
}

/** A filter that takes one of several values, as chips; a second press takes it out. */
export function FilterChips({ name, options }: { name: string; options: { value: string; label: ComponentChildren; count?: string | undefined }[] }) {
  const chosen = route.value.query.get(name) ?? "";
  return (
    <>
      {options.map(({ value, label, count }) => (
        <button key={value} type="button" class="filter" aria-pressed={chosen === value} onClick={() => setFilter(name, chosen === value ? "" : value)}>
          {label} {count !== undefined && <span class="count">{count}</span>}
        </button>
      ))}
    </>
  );
}

/** A filter that came with a link, such as one device: named, and taken out with a press. */
export function GivenFilter({ name, label }: { name: string; label: (value: string) => string }) {
  const value = route.value.query.get(name);
  if (!value) return null;
  return (
    <button type="button" class="filter" aria-pressed="true" title={t("filter_out")} onClick={() => setFilter(name, "")}>
      {label(value)} ×
    </button>
  );
}
