import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { canCancel, canRetry, cancelDelivery, type Delivery, retryDelivery } from "../../api/deliveries";
import { Confirm } from "../../components/Confirm";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { t } from "../../i18n";
import { count } from "../../i18n/format";

const atOnce = 6; // requests that are under way together

interface Props {
  deliveries: Delivery[]; // those that were chosen
  onDone: () => void;
  onNone: () => void;
}

/** What can be done to the chosen deliveries together. */
export function Bulk({ deliveries, onDone, onNone }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const retriable = deliveries.filter(canRetry);
  const cancellable = deliveries.filter(canCancel);

  const run = async (which: Delivery[], act: (id: string) => Promise<unknown>, done: "deliveries.retried" | "deliveries.cancelled") => {
    setBusy(true);
    try {
      const { changed, refused } = await toEach(which, act);
      say([t(done, { count: count(changed) }), refused ? t("deliveries.refused", { count: count(refused) }) : ""].filter(Boolean).join(" "), { failed: changed === 0 });
      onDone();
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
    setBusy(false);
  };

  return (
    <div class="bulk" role="group" aria-label={t("chosen", { count: count(deliveries.length) })}>
      <strong>{t("chosen", { count: count(deliveries.length) })}</strong>
      {retriable.length > 0 && (
        <button type="button" class="button" disabled={busy} onClick={() => void run(retriable, retryDelivery, "deliveries.retried")}>
          {t("deliveries.retry_many", { count: count(retriable.length) })}
        </button>
      )}
      {cancellable.length > 0 && (
        <button type="button" class="button" disabled={busy} onClick={() => setAsking(true)}>
          {t("deliveries.cancel_many", { count: count(cancellable.length) })}
        </button>
      )}
      <button type="button" class="button quiet" onClick={onNone}>
        {t("deliveries.unchoose")}
      </button>
      {asking && (
        <Confirm title={t("deliveries.cancel_title_many", { count: count(cancellable.length) })} keep={t("deliveries.keep")}
          action={t("deliveries.cancel_many", { count: count(cancellable.length) })} onClose={() => setAsking(false)}
          act={() => run(cancellable, cancelDelivery, "deliveries.cancelled")}>
          <p>{t("deliveries.cancel_consequence")}</p>
        </Confirm>
      )}
    </div>
  );
}

/** Does something to each delivery. One that has changed meanwhile is left as it is, and counted. */
async function toEach(deliveries: Delivery[], act: (id: string) => Promise<unknown>) {
  let changed = 0;
  let refused = 0;
  const left = [...deliveries];
  const worker = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      try {
        await act(next.id);
        changed++;
      } catch (problem) {
        if (!(problem instanceof Problem && (problem.status === 409 || problem.status === 404))) throw problem;
        refused++;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { changed, refused };
}
