import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure } from "../components/Failure";
import { Skeleton } from "../components/Skeleton";
import { t } from "../i18n";
import type { Page } from "../pages";

// Pages whose code has come: going back to one shows it at once.
const loaded = new Map<Page, ComponentType>();

/** The page, once its code is there. */
export function PageView({ page }: { page: Page }) {
  const [, setReady] = useState(0);
  const [failed, setFailed] = useState(false);
  const View = loaded.get(page);

  useEffect(() => {
    if (View) return;
    let left = false;
    setFailed(false);
    page.load().then(
      (module) => {
        loaded.set(page, module.default);
        if (!left) setReady((count) => count + 1);
      },
      () => !left && setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [page]);

  if (View) return <View />;
  if (!failed) return <Skeleton />;
  // The server was replaced by a newer one, or is away: reloading fetches what belongs together.
  return <Failure text={t("problem.unreachable")} again={() => location.reload()} />;
}
