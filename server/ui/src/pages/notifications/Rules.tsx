import { ArrowRight, ListFilter } from "lucide-preact";
import { listRules, listServiceNames, type Rule, type RuleChange, saveRule } from "../../api/notifications";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { rowLink } from "../../components/ListKeys";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { may } from "../../session";
import { RuleEditor } from "./RuleEditor";
import { sentence } from "./sentence";

const home = path("notifications", "rules");

/** Which alarms are told where, each rule as a sentence. */
export function Rules({ open }: { open: string | undefined }) {
  const { data: rules, failure, reload } = useLoaded("rules", listRules);
  const { data: services } = useLoaded("service names", listServiceNames);
  const opened = rules?.find((rule) => rule.name === open);
  const saved = () => {
    go(home);
    void reload();
  };
  return (
    <>
      <Failure text={failure} again={reload} />
      {!rules && !failure && <Skeleton />}
      {rules?.length === 0 && services && (
        <Empty icon={ListFilter} title={t("notifications.rules_empty_title")}
          action={<FirstStep services={services.length} />}>
          {t(services.length ? "notifications.rules_empty" : may("admin") ? "notifications.rules_need_service" : "notifications.rules_need_admin")}
        </Empty>
      )}
      <ul class="rules">
        {rules?.map((rule) => (
          <RuleLine key={rule.name} rule={rule} onChanged={reload} />
        ))}
      </ul>
      {rules && open && !opened && <Failure text={t("unknown_thing")} />}
      {rules && services && (opened || route.value.query.get("new")) && (
        <RuleEditor key={opened?.name ?? ""} rule={opened} services={services.map((service) => service.name)} taken={rules.map((rule) => rule.name)} onClose={() => go(home)} onDone={saved} />
      )}
    </>
  );
}

/** Makes the first rule; before that, the service that it needs. */
function FirstStep({ services }: { services: number }) {
  if (services) {
    return (
      <button type="button" class="button" onClick={() => go(home + "?new=1")}>
        {t("notifications.add_rule")}
      </button>
    );
  }
  return may("admin") ? (
    <a class="button" href={path("notifications", "services") + "?new=1"}>
      {t("notifications.add_service")}
    </a>
  ) : null;
}

/** What of a rule can be written. */
export function changeOf({ name: _, updated_at: __, updated_by: ___, ...change }: Rule): RuleChange {
  return change;
}

function RuleLine({ rule, onChanged }: { rule: Rule; onChanged: () => Promise<void> }) {
  const { name, enabled } = rule;
  const turn = async (enabled: boolean) => {
    try {
      await saveRule(name, { ...changeOf(rule), enabled });
      await onChanged();
      say(t(enabled ? "notifications.switched_on" : "notifications.switched_off", { name }));
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
  };
  return (
    <li class={"panel rule" + (enabled ? "" : " off")}>
      <input type="checkbox" role="switch" checked={enabled} aria-label={t("notifications.switch", { name })} onChange={(event) => void turn(event.currentTarget.checked)} />
      <div>
        <h2>
          <a {...rowLink} class="plain-link" href={path("notifications", "rules", name)}>
            {name}
          </a>{" "}
          {!enabled && <span class="tag">{t("notifications.off")}</span>}
        </h2>
        <Sentence rule={rule} />
      </div>
    </li>
  );
}

export function Sentence({ rule }: { rule: RuleChange }) {
  const { which, who, when } = sentence(rule);
  return (
    <p class="sentence">
      {which} <ArrowRight aria-label="→" /> <strong>{who}</strong>
      {when && <span class="muted">; {when}</span>}
    </p>
  );
}
