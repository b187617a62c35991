import { signal } from "@preact/signals";
import { exact, relative } from "../i18n";

/** The time now, for everything that is shown relative to it. */
export const now = signal(new Date());
setInterval(() => {
  now.value = new Date();
}, 30_000);

/** A time as the distance from now; the exact one on hover. */
export function Time({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={exact(at)}>
      {relative(at, now.value)}
    </time>
  );
}
