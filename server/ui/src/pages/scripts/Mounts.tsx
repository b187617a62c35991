import { Plus, Radio, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { describeScript, mountScript, unmountScript } from "../../api/scripts";
import { explain } from "../../components/problem";
import { say } from "../../components/Toasts";
import { type PlainKey, t } from "../../i18n";
import { path } from "../../route";
import { DevicePicker } from "./Pickers";
import type { Bench } from "./ScriptPage";

/** On which devices a script runs. Whatever is done here can be undone. */
export function Mounts({ bench }: { bench: Bench }) {
  const { kind, name, writes, reload } = bench;
  const script = bench.script!;
  const [picking, setPicking] = useState(false);

  /** Does something and tells it, with the way back. */
  const act = async (does: () => Promise<unknown>, undo: () => Promise<unknown>, words: string) => {
    const and = (what: () => Promise<unknown>) => async () => {
      await what();
      await reload();
    };
    try {
      await and(does)();
      say(words, { undo: and(undo) });
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
  };
  const on = (eui: string) => () => mountScript(kind, name, eui);
  const off = (eui: string) => () => unmountScript(kind, name, eui);
  const wide = (org_wide: boolean) => () => describeScript(kind, name, { org_wide });

  return (
    <div class="section mounts">
      {script.library ? (
        <p>{t("scripts.mounts_library")}</p>
      ) : (
        <label class="check">
          <input type="checkbox" checked={script.org_wide} disabled={!writes}
            onChange={(event) => void act(wide(event.currentTarget.checked), wide(script.org_wide), t(event.currentTarget.checked ? "scripts.now_everywhere" : "scripts.no_more_everywhere", { name }))} />
          <span>
            {t("scripts.org_wide")}
            <span class="field-hint">{t(`scripts.org_wide_${kind}` as PlainKey)}</span>
          </span>
        </label>
      )}
      <div class="panel-head">
        <h2>{t("scripts.devices_with")}</h2>
        {writes && (
          <button type="button" class="button" onClick={() => setPicking(true)}>
            <Plus aria-hidden /> {t("scripts.mount")}
          </button>
        )}
      </div>
      {script.mounts.length === 0 && <p class="muted">{t(script.org_wide ? "scripts.mounts_wide" : "scripts.mounts_none")}</p>}
      <ul class="mount-list">
        {script.mounts.map((eui) => (
          <li key={eui} class="mount">
            <a href={path("devices", eui)}>
              <Radio aria-hidden /> <code>{eui}</code>
            </a>
            {writes && (
              <button type="button" class="icon-button" aria-label={t("scripts.unmount", { eui })} title={t("scripts.unmount", { eui })}
                onClick={() => void act(off(eui), on(eui), t("scripts.unmounted", { name, eui }))}>
                <X aria-hidden />
              </button>
            )}
          </li>
        ))}
      </ul>
      {picking && (
        <DevicePicker title={t("scripts.mount")} onClose={() => setPicking(false)}
          onPick={({ eui }) => {
            setPicking(false);
            void act(on(eui), off(eui), t("scripts.mounted_on", { name, eui }));
          }} />
      )}
    </div>
  );
}
