import type { AuditEntry } from "../../api/audit";
import { exact, t } from "../../i18n";

/** What a thing was and became, field by field; what stayed is left out. */
export function Changes({ entry }: { entry: AuditEntry }) {
  const before = fields(entry.before);
  const after = fields(entry.after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (!names.length) return <p class="muted">{t("audit.nothing")}</p>;
  return (
    <table class="changes" aria-label={t("audit.changes")}>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("audit.before")}</th>
          <th scope="col">{t("audit.after")}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td class="was">{shown(before[name])}</td>
            <td class="is">{shown(after[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function fields(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function shown(value: unknown): string {
  if (value === undefined || value === null) return "—";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ") || "—";
  if (typeof value === "string" && instant.test(value)) return exact(new Date(value));
  return typeof value === "string" ? value || "“”" : JSON.stringify(value, null, 1);
}
