import type { AuditEntry } from "../../api/audit";
import { type OrgParam, orgParamHistory } from "../../api/org_params";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { actionName, actorName } from "../audit/names";
import { UsedBy } from "./List";

/** Which scripts read the parameter, and who changed or revealed it. */
export function Story({ param }: { param: OrgParam }) {
  const { data: history } = useLoaded(param.key, () => orgParamHistory(param.key));
  return (
    <>
      <div class="field">
        <h3>{t("org_params.used_by")}</h3>
        <UsedBy param={param} all />
      </div>
      <div class="field">
        <h3>{t("org_params.history")}</h3>
        <ul class="org-history">
          {history?.map((entry) => (
            <li key={entry.id}>
              <Time at={new Date(entry.time)} />
              <span>{actionName(entry.action)}</span>
              {changedValue(entry) && <span class="tag">{t("org_params.history_value")}</span>}
              <span class="muted">{t("by", { name: actorName(entry.actor) })}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

const changedValue = ({ after }: AuditEntry) => Boolean((after as { value_changed?: boolean } | undefined)?.value_changed);
