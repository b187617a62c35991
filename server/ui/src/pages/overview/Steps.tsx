import { Circle, CircleCheck } from "lucide-preact";
import type { Step } from "../../api/overview";
import { t } from "../../i18n";
import { path } from "../../route";
import { may } from "../../session";

/** The way from nothing to the first alert; what is done is ticked. */
export function Steps({ steps }: { steps: Record<Step, boolean> }) {
  const ways: [Step, string][] = [
    ["param", may("admin") ? path("org-params") + "?new=wecom_webhook_url" : ""],
    ["script", may("write") ? path("scripts") : ""],
    ["device", may("write") ? path("devices") + "?new=1" : ""],
    ["uplink", path("devices")],
    ["alert", path("alarms")],
  ];
  const next = ways.find(([step]) => !steps[step])?.[0];
  return (
    <section class="panel first-steps">
      <h2>{t("overview.steps")}</h2>
      <p class="muted">{t("overview.steps_note")}</p>
      <ol>
        {ways.map(([step, href]) => (
          <li key={step} class={steps[step] ? "done" : step === next ? "next" : ""}>
            {steps[step] ? <CircleCheck aria-label={t("overview.step_done")} /> : <Circle aria-label={t("overview.step_open")} />}
            <div>
              {href && !steps[step] ? <a href={href}>{t(`overview.step.${step}`)}</a> : <span>{t(`overview.step.${step}`)}</span>}
              <span class="muted small">{t(`overview.step.${step}_hint`)}</span>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
