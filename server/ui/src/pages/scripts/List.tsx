import { FileCode, Plus } from "lucide-preact";
import { useCallback } from "preact/hooks";
import { withParams } from "../../api/client";
import { type ListedScript, resumeScript } from "../../api/scripts";
import { kindWord } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterChips, SearchBox } from "../../components/Filters";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useList } from "../../components/useList";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { failureWords, serverWords } from "../../i18n/server_words";
import { go, path, route, withQuery } from "../../route";
import { may } from "../../session";
import { hasDraft } from "./draft";
import { PausedHere } from "./Paused";

export const kinds = ["trigger", "rpc", "parser"] as const;

/** Whether the person in front of the page may change scripts. */
export const mayWrite = () => may("write");

/** What a script is for; of the library's, in the language of the page. */
export const remarkOf = ({ library, remark }: Pick<ListedScript, "library" | "remark">) => (library ? serverWords(remark) : remark);

export const addressOf = ({ kind, name }: { kind: string; name: string }, ...rest: string[]) => path("scripts", kind, name, ...rest);
const idOf = ({ kind, name }: { kind: string; name: string }) => kind + "/" + name;

export function List() {
  const { query } = route.value;
  const kind = query.get("kind") ?? "";
  const search = query.get("q") ?? "";
  const { items, failure, more, refresh } = useList<ListedScript>(withParams("/scripts", { kind, search, limit: 100 }), idOf);
  const add = useCallback(() => go(path("scripts", "new")), []);
  useListKeys(mayWrite() ? add : undefined);

  return (
    <>
      <PageHeader title={t("scripts.title")} purpose={t("scripts.purpose")}>
        {mayWrite() && (
          <a class="button primary" href={withQuery(path("scripts", "new"))}>
            <Plus aria-hidden /> {t("scripts.new")}
          </a>
        )}
      </PageHeader>
      <div class="filters">
        <SearchBox placeholder={t("scripts.search")} />
        <FilterChips name="kind" options={kinds.map((value) => ({ value, label: kindWord(value) }))} />
      </div>
      <Failure text={failure} again={refresh} />
      {!items && !failure && <Skeleton />}
      {items?.length === 0 && !search && <NoneYet kind={kind} />}
      {items && (items.length > 0 || search) && (
        <>
          <ScriptTable scripts={items} refresh={refresh} />
          <ListFoot more={more} search add={mayWrite()} />
        </>
      )}
    </>
  );
}

function NoneYet({ kind }: { kind: string }) {
  return (
    <Empty
      icon={FileCode}
      title={t("scripts.none_title")}
      action={
        mayWrite() && (
          <a class="button" href={path("scripts", "new") + (kind && "?kind=" + kind)}>
            {t("scripts.new")}
          </a>
        )
      }
    >
      {t("scripts.none")}
    </Empty>
  );
}

function ScriptTable({ scripts, refresh }: { scripts: ListedScript[]; refresh: () => Promise<void> }) {
  const resume = async (script: ListedScript) => {
    try {
      await resumeScript(script.kind, script.name);
      say(t("scripts.resumed", { name: script.name }));
      await refresh();
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
  };
  return (
    <Table
      label={t("scripts.title")}
      items={scripts}
      idOf={idOf}
      address={addressOf}
      nameLabel={t("scripts.name")}
      nameWidth="minmax(0, 2.8fr)"
      name={(script) => <code>{script.name}</code>}
      beside={(script) => (
        <>
          {script.library && <span class="tag">{t("scripts.library")}</span>}
          {script.language === "typescript" && <span class="tag">TypeScript</span>}
          {hasDraft(script.kind, script.name) && <span class="badge warn">{t("scripts.unpublished")}</span>}
          {script.tags.map((tag) => (
            <span class="tag" key={tag}>
              {tag}
            </span>
          ))}
        </>
      )}
      below={(script) =>
        script.remark && (
          <span class="muted small one-line" title={remarkOf(script)}>
            {remarkOf(script)}
          </span>
        )
      }
      columns={[
        { label: t("scripts.kind"), width: "5rem", cell: ({ kind }) => kindWord(kind) },
        { label: t("scripts.mounted"), width: "8.5rem", cell: mountedWords },
        { label: t("scripts.last_used"), width: "8.5rem", cell: ({ last_used }) => (last_used ? <Time at={new Date(last_used)} /> : <span class="muted">{t("never")}</span>) },
        { label: t("scripts.last_error"), width: "minmax(0, 2fr)", cell: (script) => (script.paused ? <PausedHere pause={script.paused} onResume={mayWrite() ? () => void resume(script) : undefined} /> : <LastFailure script={script} />) },
      ]}
    />
  );
}

function mountedWords({ org_wide, library, kind, mount_count }: ListedScript) {
  if (org_wide) return t("scripts.everywhere");
  if (library && kind === "rpc") return t("scripts.everywhere");
  return mount_count ? t("scripts.on_devices", { count: count(mount_count) }) : <span class="muted">{t("scripts.nowhere")}</span>;
}

function LastFailure({ script: { last_error } }: { script: ListedScript }) {
  if (!last_error) return <span class="muted">{t("none")}</span>;
  return (
    <a class="plain-link small clipped" href={path("executions", last_error.execution_id)} title={last_error.message}>
      <span class="error-text">{failureWords(last_error)}</span> · <Time at={new Date(last_error.at)} />
    </a>
  );
}
