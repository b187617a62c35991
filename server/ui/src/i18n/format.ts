// Numbers, durations and times of day in the language of the page.
import { language } from "../preferences";
import { timeZone } from "./zone";

/** The browser's own variety of the language, where it has one: dates differ between Englishes. */
export const locale = () => navigator.languages.find((tag) => tag.startsWith(language.value)) ?? (language.value === "zh" ? "zh-CN" : "en");

/** 12,345 */
export const count = (n: number) => new Intl.NumberFormat(locale()).format(n);

/** A measured value, with as many digits as it deserves. */
export const measure = (n: number) => new Intl.NumberFormat(locale(), { maximumSignificantDigits: 6 }).format(n);

/** 0.98 as 98%. */
export const percent = (share: number) => new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(share);

const steps: [number, Intl.NumberFormatOptions["unit"]][] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
  [0, "millisecond"],
];

/** How long something took or stood: "0.4 ms", "12 ms", "1.4 s", "3 min", "2 h". */
export function span(ms: number): string {
  const [length, unit] = steps.find(([length]) => ms >= length)!;
  const value = ms / (length || 1);
  const digits = value < 10 && unit !== "day" ? 1 : 0;
  return new Intl.NumberFormat(locale(), { style: "unit", unit: unit!, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
}

/** The time of day, to the millisecond. */
export function clock(time: Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23", timeZone: timeZone.value }).format(time);
}

/** The time of day, to the minute. */
export function hourMinute(time: Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: timeZone.value }).format(time);
}

/** Names one after the other: "a, b and c". */
export const listed = (names: string[], type: Intl.ListFormatType = "conjunction") => new Intl.ListFormat(locale(), { type }).format(names);
