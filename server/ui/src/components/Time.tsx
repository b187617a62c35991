import { signal } from "@preact/signals";
import { exact, relative, t } from "../i18n";

/** The time now, for everything that is shown relative to it. */
export const now = signal(new Date());
setInterval(() => {
  now.value = new Date();
}, 30_000);

/** A time as the distance from now; the exact one on hover. due: it is when something is to happen. */
export function Time({ at, due = false }: { at: Date; due?: boolean }) {
  return (
    <time dateTime={at.toISOString()} title={exact(at)}>
      {relative(at, now.value, due ? t("time.soon") : undefined)}
    </time>
  );
}
