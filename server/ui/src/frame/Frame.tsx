import { Ellipsis, LogOut, Search } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../components/Dialog";
import { commandKey } from "../components/keys";
import { explain } from "../components/problem";
import { say } from "../components/Toasts";
import { t } from "../i18n";
import type { Page } from "../pages";
import { path, route } from "../route";
import { session, signOut } from "../session";
import { LanguageChoice, ThemeChoice } from "./Choices";
import { GoTo, useGoToKey } from "./GoTo";
import { OrgMenu } from "./OrgMenu";

interface Props {
  pages: Page[];
  current: Page | undefined;
  children: ComponentChildren;
}

const inBottomBar = 4; // pages beside More

/** The side bar (under 640 px a bottom bar) and the page beside it. */
export function Frame({ pages, current, children }: Props) {
  const [going, setGoing] = useState(false);
  const goTo = () => setGoing(true);
  useGoToKey(goTo);
  return (
    <div class="frame">
      <a class="skip" href="#page" onClick={(event) => (event.preventDefault(), document.getElementById("page")?.focus())}>
        {t("skip")}
      </a>
      <header class="side-bar">
        <OrgMenu />
        <GoToButton onClick={goTo} />
        <nav aria-label={t("pages")}>
          <PageLinks pages={pages} current={current} />
        </nav>
        <div class="side-foot">
          <Account />
        </div>
      </header>
      <BottomBar pages={pages} current={current} goTo={goTo} />
      <main id="page" tabIndex={-1}>
        {children}
      </main>
      {going && <GoTo pages={pages} onClose={() => setGoing(false)} />}
    </div>
  );
}

function PageLinks({ pages, current }: Omit<Props, "children">) {
  return (
    <>
      {pages.map((page) => (
        <a key={page.name} class="page-link" href={path(page.name)} aria-current={page === current ? "page" : undefined}>
          <page.icon aria-hidden />
          <span>{t(page.title)}</span>
        </a>
      ))}
    </>
  );
}

function GoToButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="go-to-button" aria-haspopup="dialog" onClick={onClick}>
      <Search aria-hidden />
      <span>{t("go_to.title")}</span>
      <kbd aria-hidden>{commandKey("K")}</kbd>
    </button>
  );
}

function BottomBar({ pages, current, goTo }: Omit<Props, "children"> & { goTo: () => void }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [route.value]);
  return (
    <>
      <header class="top-strip">
        <OrgMenu />
        <GoToButton onClick={goTo} />
      </header>
      <nav class="bottom-bar" aria-label={t("pages")}>
        <PageLinks pages={pages.slice(0, inBottomBar)} current={current} />
        <button type="button" class="page-link" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <Ellipsis aria-hidden />
          <span>{t("more")}</span>
        </button>
      </nav>
      {open && (
        <Dialog title={t("more")} onClose={() => setOpen(false)}>
          <div class="more">
            <PageLinks pages={pages.slice(inBottomBar)} current={current} />
            <Account />
          </div>
        </Dialog>
      )}
    </>
  );
}

function Account() {
  const now = session.value;
  if (!("me" in now)) return null;
  const leave = () => signOut().catch((problem) => say(explain(problem), { failed: true }));
  return (
    <>
      <div class="choices">
        <LanguageChoice />
        <ThemeChoice />
      </div>
      <div class="who">
        <div>
          <strong>{now.me.name}</strong>
          <span class="muted">{t(`role.${now.me.role}`)}</span>
        </div>
        <button type="button" class="icon-button" aria-label={t("sign_out")} title={t("sign_out")} onClick={leave}>
          <LogOut aria-hidden />
        </button>
      </div>
    </>
  );
}
