import { Plus } from "lucide-preact";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { Tabs } from "../../components/Tabs";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { session } from "../../session";
import { Orgs } from "./Orgs";
import { OrgSettings } from "./OrgSettings";
import "./settings.css";

const first = "default"; // whose admins make the other organisations

// Addresses: /settings, and for admins of the first organisation /settings/organisations, with CODE behind it or ?new=1.
export default function Settings() {
  const [part = "", open] = route.value.rest;
  const now = session.value;
  const own = "me" in now ? now.me.org : "";
  const orgs = part === "organisations" && own === first;
  const add = () => go(path("settings", "organisations") + "?new=1");
  useListKeys(orgs ? add : undefined);
  return (
    <>
      <PageHeader title={t(orgs ? "settings.orgs" : "settings.title")} purpose={t(orgs ? "settings.orgs_purpose" : "settings.purpose")}>
        {orgs && (
          <button type="button" class="button primary" onClick={add}>
            <Plus aria-hidden /> {t("settings.add_org")}
          </button>
        )}
      </PageHeader>
      {own === first && (
        <Tabs label={t("settings.parts")} current={orgs ? "organisations" : ""} address={(name) => (name ? path("settings", name) : path("settings"))}
          tabs={[{ name: "", label: t("settings.own") }, { name: "organisations", label: t("settings.orgs") }]} />
      )}
      {orgs ? <Orgs open={open} /> : <OrgSettings code={own} />}
    </>
  );
}
