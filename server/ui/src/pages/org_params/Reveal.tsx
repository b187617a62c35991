import { useEffect, useState } from "preact/hooks";
import { type OrgParam, revealOrgParam } from "../../api/org_params";
import { CopyButton } from "../../components/CopyButton";
import { Dialog } from "../../components/Dialog";
import { explain } from "../../components/problem";
import { t } from "../../i18n";

const shownFor = 30_000; // milliseconds

type Step = { is: "asking" } | { is: "shown"; value: string; until: number } | { is: "hidden" };

// The button that was pressed goes away with each step: the focus goes on to what the step is about.
const focus = (element: HTMLElement | null) => element?.focus();

/** Shows a value after a confirmation, for 30 seconds. The value lives in this dialog and nowhere else. */
export function Reveal({ param, onClose }: { param: OrgParam; onClose: () => void }) {
  const [step, setStep] = useState<Step>({ is: "asking" });
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);

  const reveal = async () => {
    setBusy(true);
    try {
      const { value } = await revealOrgParam(param.key);
      setStep({ is: "shown", value, until: Date.now() + shownFor });
      setFailure(undefined);
    } catch (problem) {
      setFailure(explain(problem));
    }
    setBusy(false);
  };

  return (
    <Dialog title={t("org_params.reveal", { key: param.key })} onClose={onClose}>
      {step.is === "shown" ? (
        <Value value={step.value} until={step.until} onHide={() => setStep({ is: "hidden" })} />
      ) : (
        <p>{t(step.is === "asking" ? "org_params.reveal_ask" : "org_params.reveal_hidden")}</p>
      )}
      {failure && (
        <p class="form-error" role="alert">
          {failure}
        </p>
      )}
      <div class="dialog-foot">
        {step.is === "shown" && <CopyButton text={step.value} label={t("org_params.copy_value")} />}
        <button type="button" class="button" data-autofocus onClick={onClose}>
          {t("close")}
        </button>
        {step.is !== "shown" && (
          <button type="button" class="button primary" ref={step.is === "hidden" ? focus : undefined} disabled={busy} onClick={reveal}>
            {t(step.is === "asking" ? "org_params.reveal_do" : "org_params.reveal_again")}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Value({ value, until, onHide }: { value: string; until: number; onHide: () => void }) {
  const [left, setLeft] = useState(until - Date.now());
  useEffect(() => {
    const tick = setInterval(() => {
      setLeft(until - Date.now());
      if (Date.now() >= until) onHide();
    }, 250);
    return () => clearInterval(tick);
  }, [until]);
  return (
    <>
      <pre class="revealed" ref={focus} tabIndex={0} aria-label={t("org_params.value")}>
        {value}
      </pre>
      <p class="muted countdown">
        <progress max={shownFor} value={Math.max(left, 0)} aria-label={t("org_params.time_left")} />
        {t("org_params.reveal_left", { seconds: Math.max(Math.ceil(left / 1000), 0) })}
      </p>
    </>
  );
}
