import { t } from "../i18n";

/** A list to come, in the shape of a list. */
export function Skeleton() {
  return (
    <div class="table-room" aria-busy="true" aria-label={t("loading")} role="status">
      <div class="skeleton-search" />
      {[0, 1, 2, 3].map((row) => (
        <div key={row} class="skeleton-row">
          <span />
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
