import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { go } from "../route";
import { rowLink } from "./ListKeys";

export interface Column<T> {
  label: string;
  width: string; // as in grid-template-columns
  cell: (item: T) => ComponentChildren;
}

interface Props<T> {
  label: string; // names the table
  items: T[];
  idOf: (item: T) => string;
  address: (item: T) => string; // where a click on the row goes
  /** The first cell: what the row is called. It becomes the link. */
  name: (item: T) => ComponentChildren;
  nameLabel: string;
  nameWidth: string;
  beside?: (item: T) => ComponentChildren; // on the line of the name
  below?: (item: T) => ComponentChildren; // under the name
  columns: Column<T>[];
  /** Before the name: a check box to choose the row. */
  choose?: { chosen: Set<string>; set: (chosen: Set<string>) => void; nameOf: (item: T) => string } | undefined;
}

/** A list whose rows open something; cards where it has no room. */
export function Table<T>({ label, items, idOf, address, name, nameLabel, nameWidth, beside, below, columns, choose }: Props<T>) {
  if (items.length === 0) return <p class="nothing">{t("nothing_found")}</p>;
  const widths = [choose && "1.5rem", nameWidth, ...columns.map((column) => column.width)].filter(Boolean).join(" ");
  // Roles are spelled out: as cards, the rows are no table any more for the browser.
  return (
    <div class="table-room">
      <div role="table" class={"table wide-rows" + (choose ? " with-choice" : "")} aria-label={label} style={{ "--columns": widths }}>
        <div role="rowgroup" class="table-head">
          <div role="row">
            {choose && (
              <span role="columnheader">
                <ChooseAll ids={items.map(idOf)} {...choose} />
              </span>
            )}
            <span role="columnheader">{nameLabel}</span>
            {columns.map((column) => (
              <span role="columnheader" key={column.label}>
                {column.label}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" class="table-rows">
          {items.map((item) => (
            <div role="row" key={idOf(item)} onClick={(event) => opens(event) && go(address(item))}>
              {choose && (
                <div role="cell" class="cell-choice">
                  <Choose id={idOf(item)} name={choose.nameOf(item)} {...choose} />
                </div>
              )}
              <div role="cell" class="cell-name">
                <div class="line">
                  <a {...rowLink} href={address(item)}>
                    {name(item)}
                  </a>
                  {beside?.(item)}
                </div>
                {below?.(item)}
              </div>
              {columns.map((column) => (
                <div role="cell" key={column.label} data-label={column.label}>
                  <div>{column.cell(item)}</div>
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Whether a click anywhere in a row means the row. */
const opens = (event: MouseEvent) => !(event.target as Element).closest("a, button, input, label") && !getSelection()?.toString();

interface Choice {
  chosen: Set<string>;
  set: (chosen: Set<string>) => void;
}

function Choose({ id, name, chosen, set }: Choice & { id: string; name: string }) {
  const toggle = () => set(chosen.has(id) ? new Set([...chosen].filter((other) => other !== id)) : new Set([...chosen, id]));
  return <input type="checkbox" aria-label={t("choose", { name })} checked={chosen.has(id)} onChange={toggle} />;
}

function ChooseAll({ ids, chosen, set }: Choice & { ids: string[] }) {
  const all = ids.every((id) => chosen.has(id));
  return <input type="checkbox" aria-label={t("choose_all")} checked={all} onChange={() => set(all ? new Set() : new Set(ids))} />;
}

/** What stands under a list: the next page, and the keys that work on it. */
export function ListFoot({ more, search = false, add = false }: { more?: (() => Promise<void>) | undefined; search?: boolean; add?: boolean }) {
  return (
    <div class="list-foot">
      {more && (
        <button type="button" class="button" onClick={() => void more()}>
          {t("load_more")}
        </button>
      )}
      <p class="key-hints" aria-hidden>
        <kbd>j</kbd> <kbd>k</kbd> {t("keys.walk")} · <kbd>Enter</kbd> {t("keys.open")}
        {search && (
          <>
            {" "}
            · <kbd>/</kbd> {t("keys.search")}
          </>
        )}
        {add && (
          <>
            {" "}
            · <kbd>n</kbd> {t("keys.add")}
          </>
        )}
      </p>
    </div>
  );
}
