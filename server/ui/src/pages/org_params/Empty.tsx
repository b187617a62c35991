import { KeyRound } from "lucide-preact";
import { CopyButton } from "../../components/CopyButton";
import { t } from "../../i18n";
import { firstParam } from "./examples";

const snippet = `const url = org_params.${firstParam};`;

/** What to do first, ready to be done. */
export function Empty({ onAdd }: { onAdd: (key: string) => void }) {
  return (
    <section class="empty">
      <KeyRound aria-hidden />
      <h2>{t("org_params.empty_title")}</h2>
      <p>{t("org_params.empty")}</p>
      <div class="snippet">
        <pre>
          <code>{snippet}</code>
        </pre>
        <CopyButton text={snippet} />
      </div>
      <button type="button" class="button" onClick={() => onAdd(firstParam)}>
        {t("org_params.add_example", { key: firstParam })}
      </button>
    </section>
  );
}
