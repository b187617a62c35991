import { Bell, CircleAlert, CircleCheck, CirclePause, CircleSlash, CircleX, Clock, Hourglass, type LucideIcon, Play, RotateCcw, Siren, TriangleAlert } from "lucide-preact";
import { type PlainKey, t } from "../i18n";

type Tone = "good" | "bad" | "warn" | "plain" | "busy";

const states: Record<string, [Tone, LucideIcon]> = {
  queued: ["busy", Hourglass],
  waiting: ["busy", Clock],
  completed: ["good", CircleCheck],
  failed: ["bad", CircleX],
  scheduled: ["plain", Clock],
  available: ["busy", Hourglass],
  running: ["busy", Play],
  retryable: ["warn", RotateCcw],
  discarded: ["bad", CircleX],
  cancelled: ["plain", CircleSlash],
  active: ["warn", CircleAlert],
  cleared: ["good", CircleCheck],
};

/** The state of an execution, a delivery or an alarm: a sign and a word. */
export function State({ is }: { is: string }) {
  const [tone, Icon] = states[is] ?? ["plain", CirclePause];
  return (
    <span class={"badge " + tone}>
      <Icon aria-hidden /> {states[is] ? t(`state.${is}` as PlainKey) : is}
    </span>
  );
}

export const levels = ["urgent", "high", "mid", "low"] as const;

const levelIcons: Record<string, LucideIcon> = { urgent: Siren, high: TriangleAlert, mid: CircleAlert, low: Bell };

/** The level of an alarm: colour, sign and word. */
export function Level({ is }: { is: string }) {
  const Icon = levelIcons[is] ?? Bell;
  return (
    <span class={"badge level-" + is}>
      <Icon aria-hidden /> {levelWord(is)}
    </span>
  );
}

export const levelWord = (level: string) => (level in levelIcons ? t(`level.${level}` as PlainKey) : level);

export const kindWord = (kind: string) => t(`kind.${kind}` as PlainKey);
