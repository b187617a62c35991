import { Plus } from "lucide-preact";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { Tabs } from "../../components/Tabs";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { may } from "../../session";
import { Rules } from "./Rules";
import { Services } from "./Services";
import "./notifications.css";

// Addresses: /notifications/services (for admins), /notifications/services/NAME, ?new=1 and then ?new=TYPE;
// /notifications/rules, /notifications/rules/NAME, ?new=1.
export default function Notifications() {
  const [asked, open] = route.value.rest;
  const part = may("admin") ? (asked ?? "services") : "rules";
  const rules = part === "rules";
  const add = () => go(path("notifications", part) + "?new=1");
  useListKeys(add);
  return (
    <>
      <PageHeader title={t("notifications.title")} purpose={t("notifications.purpose")}>
        <button type="button" class="button primary" onClick={add}>
          <Plus aria-hidden /> {t(rules ? "notifications.add_rule" : "notifications.add_service")}
        </button>
      </PageHeader>
      {may("admin") && (
        <Tabs label={t("notifications.parts")} current={part} address={(name) => path("notifications", name)}
          tabs={[{ name: "services", label: t("notifications.services") }, { name: "rules", label: t("notifications.rules") }]} />
      )}
      {rules ? <Rules open={open} /> : <Services open={open} />}
    </>
  );
}
