import type { RuleChange } from "../../api/notifications";
import { levelWord, levels as allLevels } from "../../components/Badge";
import { t } from "../../i18n";
import { count, listed } from "../../i18n/format";

/** What a rule does, as one reads it aloud; before the arrow: which alarms, behind it: who is told and when. */
export function sentence(rule: RuleChange): { which: string; who: string; when: string } {
  const chosen = allLevels.filter((level) => rule.levels.includes(level)).map((level) => levelWord(level).toLocaleLowerCase());
  const which = [
    chosen.length ? t("rule.levels", { levels: listed(chosen) }) : t("rule.all"),
    rule.alarm_name && t("rule.named", { name: rule.alarm_name }),
    rule.tags.length > 0 && t("rule.tagged", { tags: listed(rule.tags, "disjunction") }),
    rule.devices.length > 0 && t("rule.of", { devices: rule.devices.length > 3 ? t("rule.devices", { count: count(rule.devices.length) }) : listed(rule.devices, "disjunction") }),
  ];
  const when = [
    rule.on.length > 0 && t("rule.on", { events: listed(rule.on.map((event) => t(`rule.event.${event}`))) }),
    rule.repeat_minutes > 0 && t("rule.repeat", { minutes: count(rule.repeat_minutes) }),
    rule.quiet_hours && t("rule.quiet", rule.quiet_hours),
  ];
  return {
    which: begun(which.filter(Boolean).join(t("rule.join"))),
    who: rule.services.length ? rule.services.join(", ") : t("rule.nobody"),
    when: when.filter(Boolean).join(", "),
  };
}

/** A sentence begins with a capital, where there are any. */
const begun = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
