import { t } from "../i18n";

/** What could not be fetched, and the way to try again. */
export function Failure({ text, again }: { text: string | undefined; again?: () => unknown }) {
  if (!text) return null;
  return (
    <p class="form-error" role="alert">
      {text}{" "}
      {again && (
        <button type="button" class="link" onClick={() => void again()}>
          {t("try_again")}
        </button>
      )}
    </p>
  );
}
