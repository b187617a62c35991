import { Eye, FileCode, Globe, type LucideIcon, Trash2 } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { OrgParam } from "../../api/org_params";
import { rowLink } from "../../components/ListKeys";
import { now, Time } from "../../components/Time";
import { day, exact, type PlainKey, relative, t } from "../../i18n";
import { go, path, withQuery } from "../../route";
import { actorName } from "../audit/names";
import { rotation } from "./rotation";

interface Props {
  params: OrgParam[];
  focused: string | undefined;
  onFocused: () => void;
  onReveal: (param: OrgParam) => void;
  onRemove: (param: OrgParam) => void;
}

const columns: PlainKey[] = ["org_params.key", "org_params.value", "org_params.given_to", "org_params.used_by", "org_params.rotate", "org_params.changed"];

/** The table of parameters; cards where it has no room. */
export function List({ params, focused, onFocused, onReveal, onRemove }: Props) {
  useEffect(() => {
    const link = focused && document.getElementById(rowId(focused));
    if (!link) return;
    link.focus();
    onFocused();
  }, [focused, params]);

  if (params.length === 0) return <p class="nothing">{t("nothing_found")}</p>;
  return (
    <div class="table-room">
      <Table>
        {params.map((param) => (
          <Row key={param.key} param={param} onReveal={onReveal} onRemove={onRemove} />
        ))}
      </Table>
      <p class="key-hints" aria-hidden>
        <kbd>j</kbd> <kbd>k</kbd> {t("keys.walk")} · <kbd>Enter</kbd> {t("keys.open")} · <kbd>/</kbd> {t("keys.search")} · <kbd>n</kbd> {t("keys.add")}
      </p>
    </div>
  );
}

// Roles are spelled out: as cards, the rows are no table any more for the browser.
function Table({ children }: { children: ComponentChildren }) {
  return (
    <div role="table" class="table org-params" aria-label={t("org_params.title")}>
      <div role="rowgroup" class="table-head">
        <div role="row">
          {columns.map((column) => (
            <span role="columnheader" key={column}>
              {t(column)}
            </span>
          ))}
          <span role="columnheader">
            <span class="visually-hidden">{t("actions")}</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" class="table-rows">
        {children}
      </div>
    </div>
  );
}

/** A key may go on in the next line after an underscore or a dot. */
const breakable = (key: string) => key.split(/(?<=[_.])/).flatMap((part, at) => (at ? [<wbr key={at} />, part] : [part]));

const rowId = (key: string) => "row-" + key;

function Row({ param, onReveal, onRemove }: { param: OrgParam } & Pick<Props, "onReveal" | "onRemove">) {
  const address = withQuery(path("org-params", param.key));
  return (
    <div
      role="row"
      onClick={(event) => {
        if (!(event.target as Element).closest("a, button") && !getSelection()?.toString()) go(address);
      }}
    >
      <div role="cell" class="cell-key">
        <a {...rowLink} id={rowId(param.key)} href={address}>
          {breakable(param.key)}
        </a>
        {param.remark && (
          <span class="muted clipped" title={param.remark}>
            {param.remark}
          </span>
        )}
      </div>
      <div role="cell" class="cell-value" data-label={t("org_params.value")}>
        {param.secret ? <code title={t("org_params.secret_hint")}>••••{param.hint?.replace(/^…/, "")}</code> : <span class="tag">{t("org_params.plain")}</span>}
      </div>
      <div role="cell" class="cell-grants" data-label={t("org_params.given_to")}>
        <div>
          <Names icon={FileCode} what="org_params.scripts" names={param.scripts} none="org_params.all_scripts" />
          <Names icon={Globe} what="org_params.hosts" names={param.hosts} none="org_params.any_host" />
        </div>
      </div>
      <div role="cell" class="cell-used" data-label={t("org_params.used_by")}>
        <UsedBy param={param} />
      </div>
      <div role="cell" class="cell-rotate" data-label={t("org_params.rotate")}>
        <RotateBy param={param} />
      </div>
      <div role="cell" class="cell-changed" data-label={t("org_params.changed")}>
        <div>
          <Time at={new Date(param.updated_at)} />
          <span class="muted"> {t("by", { name: actorName(param.updated_by) })}</span>
        </div>
      </div>
      <div role="cell" class="cell-actions">
        <button type="button" class="icon-button" aria-label={t("org_params.reveal", { key: param.key })} title={t("org_params.reveal_short")} onClick={() => onReveal(param)}>
          <Eye aria-hidden />
        </button>
        <button type="button" class="icon-button" aria-label={t("org_params.delete", { key: param.key })} title={t("delete")} onClick={() => onRemove(param)}>
          <Trash2 aria-hidden />
        </button>
      </div>
    </div>
  );
}

interface NamesProps {
  icon: LucideIcon;
  what: PlainKey;
  names: string[] | null;
  none: PlainKey; // what it means that there are none
}

function Names({ icon: Icon, what, names, none }: NamesProps) {
  return (
    <p class={names?.length ? "names" : "names muted"} title={t(what)}>
      <Icon aria-hidden />
      <span>{names?.length ? names.map((name) => <code key={name}>{name}</code>) : t(none)}</span>
    </p>
  );
}

const shownScripts = 3;

/** The scripts that read it; one that it is not given to is told apart. */
export function UsedBy({ param, all = false }: { param: OrgParam; all?: boolean }) {
  const used = param.used_by ?? [];
  if (!used.length) return <span class="muted">{t("org_params.unused")}</span>;
  const shown = all ? used : used.slice(0, shownScripts);
  return (
    <span class="names-list">
      {shown.map(({ kind, name, granted }) => (
        <a key={kind + name} class={granted ? "" : "not-granted"} href={path("scripts", kind, name)} title={granted ? undefined : t("org_params.not_granted")}>
          {name}
        </a>
      ))}
      {used.length > shown.length && <span class="muted">+{used.length - shown.length}</span>}
    </span>
  );
}

function RotateBy({ param }: { param: OrgParam }) {
  const rotate = rotation(param, now.value);
  if (!rotate) return <span class="muted">{t("org_params.never")}</span>;
  return (
    <time class={"due " + rotate.state} dateTime={rotate.due.toISOString()} title={exact(rotate.due)}>
      {rotate.state === "later" ? day(rotate.due) : t("org_params.rotate_when", { when: relative(rotate.due, now.value) })}
    </time>
  );
}
