import { Plus } from "lucide-preact";
import { useListKeys } from "../../components/ListKeys";
import { PageHeader } from "../../components/PageHeader";
import { Tabs } from "../../components/Tabs";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { TokenList } from "./TokenList";
import { UserList } from "./UserList";

// Addresses: /access (users), /access/users/NAME, /access/tokens, /access/tokens/ID; ?new=1 adds one.
export default function Access() {
  const [part = "users", open] = route.value.rest;
  const tokens = part === "tokens";
  const add = () => go(path("access", part) + "?new=1");
  useListKeys(add);
  return (
    <>
      <PageHeader title={t("access.title")} purpose={t("access.purpose")}>
        <button type="button" class="button primary" onClick={add}>
          <Plus aria-hidden /> {t(tokens ? "access.add_token" : "access.add_user")}
        </button>
      </PageHeader>
      <Tabs label={t("access.parts")} current={part} address={(name) => path("access", name)}
        tabs={[{ name: "users", label: t("access.users") }, { name: "tokens", label: t("access.tokens") }]} />
      {tokens ? <TokenList open={open} /> : <UserList open={open} />}
    </>
  );
}
