import { Building2, ChevronsUpDown } from "lucide-preact";
import { useState } from "preact/hooks";
import { Dialog } from "../components/Dialog";
import { explain } from "../components/problem";
import { say } from "../components/Toasts";
import { t } from "../i18n";
import { go, path } from "../route";
import { session, signOut } from "../session";

const first = "default"; // whose admins make the other organisations

/** The organisation that everything on the page belongs to, and the way to another. A person belongs to one:
 *  another one is entered by signing in to it. */
export function OrgMenu() {
  const [open, setOpen] = useState(false);
  const now = session.value;
  if (!("me" in now)) return null;
  const { me } = now;
  const name = me.org_name || me.org;
  const admin = me.capabilities.includes("admin");
  const visit = (address: string) => {
    setOpen(false);
    go(address);
  };
  const change = () => {
    setOpen(false);
    signOut("/?org=").catch((problem) => say(explain(problem), { failed: true }));
  };
  return (
    <>
      <button type="button" class="org" aria-haspopup="dialog" aria-label={t("org.menu", { name })} onClick={() => setOpen(true)}>
        <Building2 aria-hidden />
        <span>{name}</span>
        <ChevronsUpDown aria-hidden />
      </button>
      {open && (
        <Dialog title={name} onClose={() => setOpen(false)}>
          <p class="muted">
            {t("org.here")}: <code>{me.org}</code> · {me.time_zone}
          </p>
          <div class="menu">
            {admin && (
              <button type="button" class="page-link" onClick={() => visit(path("settings"))}>
                {t("org.settings")}
              </button>
            )}
            {admin && me.org === first && (
              <button type="button" class="page-link" onClick={() => visit(path("settings", "organisations"))}>
                {t("org.manage")}
              </button>
            )}
            <button type="button" class="page-link" onClick={change}>
              {t("org.other")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
