import { Problem } from "../api/client";
import { duration, type PlainKey, t } from "../i18n";

// Codes whose words are ours, in the reader's language. For all others the server's own sentence is shown.
const known: Record<string, PlainKey> = {
  unreachable: "problem.unreachable",
  internal: "problem.internal",
  forbidden: "problem.forbidden",
  unauthorized: "problem.unauthorized",
};

/** What went wrong, in words for the person in front of the page. */
export function explain(problem: unknown): string {
  if (!(problem instanceof Problem)) throw problem; // a bug of ours: let it be seen
  if (problem.status === 429) return t("problem.throttled", { wait: duration(problem.retryAfter ?? 60) });
  const key = known[problem.code];
  return key ? t(key) : problem.message;
}
