import { t } from "../i18n";
import { CopyButton } from "./CopyButton";

/** A value as indented JSON, with a button to copy it. */
export function Json({ value, label }: { value: unknown; label?: string }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <div class="json">
      <pre tabIndex={0} aria-label={label ?? "JSON"}>
        {text}
      </pre>
      <CopyButton text={text} label={t("copy")} />
    </div>
  );
}
