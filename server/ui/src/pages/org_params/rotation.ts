import type { OrgParam } from "../../api/org_params";

const aDay = 86_400_000; // milliseconds
const soon = 14 * aDay;

export interface Rotation {
  due: Date;
  state: "later" | "near" | "past";
}

/** When the value should be replaced; undefined when nobody asked for that. */
export function rotation(param: Pick<OrgParam, "rotate_days" | "rotated_at">, now: Date): Rotation | undefined {
  if (!param.rotate_days) return undefined;
  const due = new Date(new Date(param.rotated_at).getTime() + param.rotate_days * aDay);
  const left = due.getTime() - now.getTime();
  return { due, state: left < 0 ? "past" : left < soon ? "near" : "later" };
}
