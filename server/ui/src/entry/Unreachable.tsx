import { t } from "../i18n";
import { refresh } from "../session";
import { Entry } from "./Entry";

/** The server does not answer, or answers with an error of its own. */
export function Unreachable() {
  return (
    <Entry title={t("unreachable.title")} purpose={t("problem.unreachable")}>
      <button type="button" class="button primary wide" onClick={() => void refresh()}>
        {t("try_again")}
      </button>
    </Entry>
  );
}
