import type { OrgParam } from "../../api/org_params";

const aDay = 86_400_000; // milliseconds
const soon = 14 * aDay;

export interface Rotation {
  due: Date;
  state: "later" | "near" | "past";
}

/** When the value should be replaced, and how near that is; undefined when nobody asked for it. */
export function rotation({ rotate_by }: Pick<OrgParam, "rotate_by">, now: Date): Rotation | undefined {
  if (!rotate_by) return undefined;
  const due = new Date(rotate_by);
  const left = due.getTime() - now.getTime();
  return { due, state: left < 0 ? "past" : left < soon ? "near" : "later" };
}

/** The day by which a value that is stored now would have to be replaced. */
export function dueAfter(days: number, now: Date): Date {
  return new Date(now.getTime() + days * aDay);
}
