// Words and times in the language of the page.
import { language } from "../preferences";
import { access } from "./access";
import { alarms } from "./alarms";
import { audit } from "./audit";
import { deliveries } from "./deliveries";
import { devices } from "./devices";
import { entry } from "./entry";
import { executions } from "./executions";
import { locale } from "./format";
import { frame } from "./frame";
import { notifications } from "./notifications";
import { org_params } from "./org_params";
import { overview } from "./overview";
import { setting_help } from "./setting_help";
import { settings } from "./settings";
import { scripts } from "./scripts";
import type { Arguments } from "./words";
import { timeZone } from "./zone";

export { timeZone };

// One line an area, in the order of the pages.
const en = { ...frame.en, ...entry.en, ...overview.en, ...alarms.en, ...devices.en, ...scripts.en, ...executions.en, ...deliveries.en, ...notifications.en, ...setting_help.en, ...org_params.en, ...access.en, ...audit.en, ...settings.en };
const zh = { ...frame.zh, ...entry.zh, ...overview.zh, ...alarms.zh, ...devices.zh, ...scripts.zh, ...executions.zh, ...deliveries.zh, ...notifications.zh, ...setting_help.zh, ...org_params.zh, ...access.zh, ...audit.zh, ...settings.zh };

const dictionaries = { en, zh };

export type Key = keyof typeof en;

/** The keys without {names}. */
export type PlainKey = { [K in Key]: [Arguments<(typeof en)[K]>] extends [never] ? K : never }[Key];

type Rest<K extends Key> = [Arguments<(typeof en)[K]>] extends [never] ? [] : [Record<Arguments<(typeof en)[K]>, string | number>];

/** The words of key, with their {names} filled in. A component that calls it follows the language. */
export function t<K extends Key>(key: K, ...[values]: Rest<K>): string {
  const text: string = dictionaries[language.value][key];
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) => String(values[name]));
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 minutes ago", "in 2 months"; near stands for less than a minute. */
export function relative(time: Date, now: Date, near = t("time.now")): string {
  const distance = time.getTime() - now.getTime();
  const [unit, length] = units.find(([, length]) => Math.abs(distance) >= length) ?? ["second", 0];
  if (!length) return near;
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.trunc(distance / length), unit as Intl.RelativeTimeFormatUnit);
}

/** The exact time, to the second, with its time zone. */
export function exact(time: Date): string {
  const moment = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium", timeZone: timeZone.value }).format(time);
  const parts = new Intl.DateTimeFormat(locale(), { timeZoneName: "short", timeZone: timeZone.value }).formatToParts(time);
  return `${moment} ${parts.find(({ type }) => type === "timeZoneName")?.value ?? ""}`; // dates in Chinese would have the zone in their middle
}

/** The day alone. */
export function day(time: Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: timeZone.value }).format(time);
}

/** "45 seconds", "2 minutes": a wait, rounded up. */
export function duration(seconds: number): string {
  const unit = seconds < 100 ? "second" : "minute";
  const count = unit === "second" ? seconds : Math.ceil(seconds / 60);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}
