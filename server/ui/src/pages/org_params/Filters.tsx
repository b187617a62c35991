import { Search } from "lucide-preact";
import type { OrgParam } from "../../api/org_params";
import { now } from "../../components/Time";
import { type PlainKey, t } from "../../i18n";
import { go, route, withQuery } from "../../route";
import { rotation } from "./rotation";

const filters: Record<string, { label: PlainKey; keeps: (param: OrgParam) => boolean }> = {
  due: { label: "org_params.filter_due", keeps: (param) => ["near", "past"].includes(rotation(param, now.value)?.state ?? "") },
  any_host: { label: "org_params.filter_any_host", keeps: (param) => param.secret && !param.hosts?.length },
  plain: { label: "org_params.filter_plain", keeps: (param) => !param.secret },
};

/** The parameters that the query of the address asks for. */
export function matching(params: OrgParam[], query: URLSearchParams): OrgParam[] {
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/);
  const keeps = filters[query.get("show") ?? ""]?.keeps ?? (() => true);
  return params.filter((param) => {
    const text = [param.key, param.remark, ...(param.scripts ?? []), ...(param.hosts ?? [])].join(" ").toLowerCase();
    return keeps(param) && words.every((word) => text.includes(word));
  });
}

/** The search box, and the filters that would keep anything as chips. */
export function Filters({ params }: { params: OrgParam[] }) {
  const { query } = route.value;
  const chosen = query.get("show");
  const set = (name: string, value: string) => go(withQuery(location.pathname, { [name]: value }), { replace: true });
  return (
    <div class="filters">
      <label class="search">
        <Search aria-hidden />
        <span class="visually-hidden">{t("search")}</span>
        <input type="search" value={query.get("q") ?? ""} placeholder={t("org_params.search")} onInput={(event) => set("q", event.currentTarget.value)} />
      </label>
      {Object.entries(filters).map(([name, { label, keeps }]) => {
        const count = params.filter(keeps).length;
        if (!count && chosen !== name) return null;
        return (
          <button key={name} type="button" class="filter" aria-pressed={chosen === name} onClick={() => set("show", chosen === name ? "" : name)}>
            {t(label)} <span class="count">{count}</span>
          </button>
        );
      })}
    </div>
  );
}
