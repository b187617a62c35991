import { route, withQuery } from "../route";

export interface Tab {
  name: string; // in the address
  label: string;
}

/** Parts of a page, each with an address of its own: links, so that they open in a new tab as well. */
export function Tabs({ tabs, address, current, label }: { tabs: Tab[]; address: (name: string) => string; current: string; label: string }) {
  void route.value; // the links follow the query
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.name} href={withQuery(address(tab.name))} aria-current={tab.name === current ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
