import { t } from "../i18n";

/** What is to come, in its own shape: a list, or the panels of one thing. */
export function Skeleton({ of = "list" }: { of?: "list" | "panels" }) {
  return (
    <div class="table-room" aria-busy="true" aria-label={t("loading")} role="status">
      {of === "panels" ? <Panels /> : <Rows />}
    </div>
  );
}

const Panels = () => (
  <div class="skeleton-panels">
    <span />
    <span />
  </div>
);

const Rows = () => (
  <>
    {[0, 1, 2, 3].map((row) => (
      <div key={row} class="skeleton-row">
        <span />
        <span />
        <span />
        <span />
      </div>
    ))}
  </>
);
