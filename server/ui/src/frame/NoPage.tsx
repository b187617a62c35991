import { PageHeader } from "../components/PageHeader";
import { t } from "../i18n";
import type { Page } from "../pages";
import { path } from "../route";
import { session } from "../session";

/** Nothing is at this address, or not for this role; first is where one can go instead. */
export function NoPage({ first }: { first: Page | undefined }) {
  const now = session.value;
  if (first) {
    return (
      <>
        <PageHeader title={t("no_page.title")} purpose={t("no_page.purpose")} />
        <a class="button" href={path(first.name)}>
          {t(first.title)}
        </a>
      </>
    );
  }
  const role = "me" in now ? t(`role.${now.me.role}`) : "";
  return <PageHeader title={t("no_page.none_title")} purpose={t("no_page.none", { role })} />;
}
