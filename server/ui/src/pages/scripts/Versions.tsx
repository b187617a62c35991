import { RotateCcw } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { getVersion, rollBack, type Version, versionsPath } from "../../api/scripts";
import { Failure } from "../../components/Failure";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useList } from "../../components/useList";
import { useLoaded } from "../../components/useLoaded";
import { Diff } from "../../editor/Diff";
import { t } from "../../i18n";
import { actorName } from "../audit/names";
import { sameParams } from "./draft";
import type { Bench } from "./ScriptPage";

/** Every version that was published, what differs, and the way back. */
export function Versions({ bench }: { bench: Bench }) {
  const { kind, name, script, writes } = bench;
  const { items, failure, more, refresh } = useList<Version>(versionsPath(kind, name), ({ version }) => String(version));
  const [chosen, setChosen] = useState<number>();
  if (!items) return failure ? <Failure text={failure} again={refresh} /> : <Skeleton />;
  const current = script!.version;
  const others = items.filter(({ version }) => version !== current);
  const compared = items.find(({ version }) => version === chosen) ?? others[0];

  const goTo = async (version: number) => {
    await rollBack(kind, name, version);
    await Promise.all([bench.reload(), refresh()]);
  };
  const back = async (version: number) => {
    try {
      await goTo(version);
      setChosen(current);
      say(t("scripts.rolled_back", { name, version }), { undo: () => goTo(current) });
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
  };

  return (
    <div class="versions">
      <ol class="version-list">
        {items.map((version) => (
          <li key={version.version} class={version.version === compared?.version ? "version chosen" : "version"}>
            <button type="button" class="pick" aria-pressed={version.version === compared?.version} disabled={version.version === current} onClick={() => setChosen(version.version)}>
              <span class="pick-name">{t("scripts.version", { version: version.version })}</span>
              {version.version === current && <span class="badge good">{t("scripts.runs_now")}</span>}
              <span class="pick-below muted">
                {version.created_at && <Time at={new Date(version.created_at)} />} {version.created_by && t("by", { name: actorName(version.created_by) })}
              </span>
            </button>
          </li>
        ))}
        {more && (
          <li>
            <button type="button" class="button" onClick={() => void more()}>
              {t("load_more")}
            </button>
          </li>
        )}
      </ol>
      {compared && compared.version !== current ? (
        <Comparison bench={bench} version={compared.version} current={current}>
          {writes && !script!.library && (
            <button type="button" class="button" onClick={() => void back(compared.version)}>
              <RotateCcw aria-hidden /> {t("scripts.roll_back", { version: compared.version })}
            </button>
          )}
        </Comparison>
      ) : (
        <p class="muted">{t("scripts.one_version")}</p>
      )}
    </div>
  );
}

function Comparison({ bench: { kind, name }, version, current, children }: { bench: Bench; version: number; current: number; children: ComponentChildren }) {
  const { data, failure, reload } = useLoaded(`${version}/${current}`, () => Promise.all([getVersion(kind, name, version), getVersion(kind, name, current)]));
  if (!data) return failure ? <Failure text={failure} again={reload} /> : <Skeleton />;
  const [before, now] = data;
  // The older one stands on the left.
  const [left, right] = version < current ? [before, now] : [now, before];
  return (
    <section class="section" aria-label={t("scripts.compare", { before: left.version, after: right.version })}>
      <div class="panel-head">
        <h2>{t("scripts.compare", { before: left.version, after: right.version })}</h2>
        {children}
      </div>
      {left.source === right.source && <p class="muted">{t("scripts.source_same")}</p>}
      {!sameParams(left.params, right.params) && <p>{t("scripts.params_changed")}</p>}
      <Diff before={left.source ?? ""} after={right.source ?? ""} syntax={right.language}
        labels={{ before: t("scripts.version", { version: left.version }), after: t("scripts.version", { version: right.version }) }} />
    </section>
  );
}
