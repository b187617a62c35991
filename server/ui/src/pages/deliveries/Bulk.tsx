import { useState } from "preact/hooks";
import { canCancel, canRetry, cancelMany, type Changed, type Delivery, type Many, retryMany } from "../../api/deliveries";
import { Confirm } from "../../components/Confirm";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { count } from "../../i18n/format";

interface Props {
  deliveries: Delivery[]; // those that were chosen
  onDone: () => void;
  onNone: () => void;
}

/** What can be done to the chosen deliveries together. */
export function Bulk({ deliveries, onDone, onNone }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const ids = (may: (delivery: Delivery) => boolean) => ({ ids: deliveries.filter(may).map((delivery) => delivery.id) });
  const retriable = ids(canRetry);
  const cancellable = ids(canCancel);

  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
      onDone();
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
    setBusy(false);
  };

  return (
    <div class="bulk" role="group" aria-label={t("chosen", { count: count(deliveries.length) })}>
      <strong>{t("chosen", { count: count(deliveries.length) })}</strong>
      {retriable.ids.length > 0 && (
        <button type="button" class="button" disabled={busy} onClick={() => void run(() => changeAll(retriable, retryMany, "deliveries.retried"))}>
          {t("deliveries.retry_many", { count: count(retriable.ids.length) })}
        </button>
      )}
      {cancellable.ids.length > 0 && (
        <button type="button" class="button" disabled={busy} onClick={() => setAsking(true)}>
          {t("deliveries.cancel_many", { count: count(cancellable.ids.length) })}
        </button>
      )}
      <button type="button" class="button quiet" onClick={onNone}>
        {t("deliveries.unchoose")}
      </button>
      {asking && (
        <Confirm title={t("deliveries.cancel_title_many", { count: count(cancellable.ids.length) })} keep={t("deliveries.keep")}
          action={t("deliveries.cancel_many", { count: count(cancellable.ids.length) })} onClose={() => setAsking(false)}
          act={() => run(() => changeAll(cancellable, cancelMany, "deliveries.cancelled"))}>
          <p>{t("deliveries.cancel_consequence")}</p>
        </Confirm>
      )}
    </div>
  );
}

/** Changes deliveries, call by call until none is left that matches, and says what came of it. */
export async function changeAll(which: Many, act: (many: Many) => Promise<Changed>, done: "deliveries.retried" | "deliveries.cancelled") {
  let changed = 0;
  let skipped = 0;
  for (let more = true; more; ) {
    const reply = await act(which);
    changed += reply.changed.length;
    skipped += reply.skipped.length;
    more = reply.more && reply.changed.length > 0;
  }
  say([t(done, { count: count(changed) }), skipped ? t("deliveries.refused", { count: count(skipped) }) : ""].filter(Boolean).join(" "), { failed: changed === 0 });
}
