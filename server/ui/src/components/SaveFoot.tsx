import { t } from "../i18n";

interface Props {
  busy?: boolean;
  onClose: () => void;
  /** What the form is about can be deleted: the button's words, and what asks before it happens. */
  remove?: { label: string; ask: () => void };
}

/** The foot of a form in a dialog: delete, cancel, save. */
export function SaveFoot({ busy = false, onClose, remove }: Props) {
  return (
    <footer class="dialog-foot" role="group">
      {remove && (
        <button type="button" class="button quiet danger-text" onClick={remove.ask}>
          {remove.label}
        </button>
      )}
      <button type="button" class="button" onClick={onClose}>
        {t("cancel")}
      </button>
      <button type="submit" class="button primary" disabled={busy}>
        {busy ? t("saving") : t("save")}
      </button>
    </footer>
  );
}
