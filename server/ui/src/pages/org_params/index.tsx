import { ArrowDownUp, Plus } from "lucide-preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { listOrgParams, type OrgParam } from "../../api/org_params";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { t } from "../../i18n";
import { go, path, route, withQuery } from "../../route";
import { Editor } from "./Editor";
import { Empty } from "./Empty";
import { Filters, matching } from "./Filters";
import { List } from "./List";
import { Remove } from "./Remove";
import { Reveal } from "./Reveal";
import { Transfer } from "./Transfer";
import "./org_params.css";

// Addresses: /org-params, /org-params/KEY (that one open), ?new=KEY (a new one, KEY filled in unless it is 1),
// ?q= and ?show= (search and filter).
const home = path("org-params");
const closeEditor = () => go(withQuery(home, { new: "" }));
const openNew = (key = "1") => go(withQuery(home, { new: key }));

export default function OrgParams() {
  const [params, setParams] = useState<OrgParam[]>();
  const [failure, setFailure] = useState<string>();
  const [revealing, setRevealing] = useState<OrgParam>();
  const [removing, setRemoving] = useState<OrgParam>();
  const [transferring, setTransferring] = useState(false);
  const [focused, setFocused] = useState<string>(); // key of the row to go to once it is there

  const load = useCallback(async () => {
    try {
      setParams(await listOrgParams());
      setFailure(undefined);
    } catch (problem) {
      setFailure(explain(problem));
    }
  }, []);
  useEffect(() => void load(), [load]);
  useListKeys(useCallback(() => openNew(), []));

  const { rest, query } = route.value;
  const newKey = query.get("new") ?? undefined;
  const open = params?.find((param) => param.key === rest[0]);
  const shown = params && matching(params, query);

  const add = useRef<HTMLButtonElement>(null);
  const saved = async (key: string) => {
    closeEditor();
    await load();
    setFocused(key);
  };
  const removed = async (key: string) => {
    const at = shown?.findIndex((param) => param.key === key) ?? -1;
    const neighbour = shown?.[at + 1] ?? shown?.[at - 1];
    setRemoving(undefined);
    await load();
    if (neighbour) setFocused(neighbour.key);
    else add.current?.focus();
  };

  return (
    <>
      <PageHeader title={t("org_params.title")} purpose={t("org_params.purpose")}>
        <button type="button" class="icon-button" aria-label={t("org_params.transfer")} title={t("org_params.transfer")} onClick={() => setTransferring(true)}>
          <ArrowDownUp aria-hidden />
        </button>
        <button type="button" class="button primary" ref={add} onClick={() => openNew()}>
          <Plus aria-hidden /> {t("org_params.add")}
        </button>
      </PageHeader>
      {failure && (
        <p class="form-error" role="alert">
          {failure}{" "}
          <button type="button" class="link" onClick={() => void load()}>
            {t("try_again")}
          </button>
        </p>
      )}
      {!params && !failure && <Skeleton />}
      {params?.length === 0 && <Empty onAdd={openNew} />}
      {params && params.length > 0 && (
        <>
          <Filters params={params} />
          <List params={shown ?? []} focused={focused} onFocused={() => setFocused(undefined)} onReveal={setRevealing} onRemove={setRemoving} />
        </>
      )}
      {params && rest[0] && !open && <Missing name={rest[0]} />}
      {params && (newKey !== undefined || open) && (
        <Editor key={open?.key ?? ""} param={open} newKey={newKey === "1" ? "" : newKey} existing={params} onClose={closeEditor} onSaved={saved} />
      )}
      {transferring && <Transfer params={params ?? []} onClose={() => setTransferring(false)} onImported={() => void load()} />}
      {revealing && <Reveal param={revealing} onClose={() => setRevealing(undefined)} />}
      {removing && <Remove param={removing} onClose={() => setRemoving(undefined)} onRemoved={removed} />}
    </>
  );
}

/** A link led to a parameter that is not there (any more). */
function Missing({ name }: { name: string }) {
  return (
    <p class="form-error" role="alert">
      {t("org_params.missing", { name })}{" "}
      <a class="link" href={withQuery(home)}>
        {t("org_params.show_all")}
      </a>
    </p>
  );
}
