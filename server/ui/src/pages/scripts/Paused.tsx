import { CirclePause } from "lucide-preact";
import type { Pause } from "../../api/scripts";
import { Time } from "../../components/Time";
import { t } from "../../i18n";
import { failureWords } from "../../i18n/server_words";

/** The same in a row of a list: the whole reason stands on the script's page. */
export function PausedHere({ pause, onResume }: { pause: Pause; onResume: (() => void) | undefined }) {
  return (
    <div class="paused" title={failureWords({ code: pause.code, message: pause.reason })}>
      <PausedSign />
      {onResume && (
        <button type="button" class="button small-button" onClick={onResume}>
          {t("scripts.resume")}
        </button>
      )}
    </div>
  );
}

const PausedSign = () => (
  <span class="badge bad">
    <CirclePause aria-hidden /> {t("scripts.paused")}
  </span>
);

/** Why a script does not run, and the way to let it. */
export function PausedBadge({ pause, onResume }: { pause: Pause; onResume: (() => void) | undefined }) {
  return (
    <div class="paused">
      <PausedSign />
      <span class="small">
        {failureWords({ code: pause.code, message: pause.reason })} (<Time at={new Date(pause.since)} />) {t("scripts.paused_until")}
      </span>
      {onResume && (
        <button type="button" class="button small-button" onClick={onResume}>
          {t("scripts.resume")}
        </button>
      )}
    </div>
  );
}
