import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { path } from "../route";
import { may } from "../session";
import { CopyButton } from "./CopyButton";

interface Props {
  icon: LucideIcon;
  title: string;
  children: ComponentChildren; // the next step, in words
  snippet?: string; // what does it, to be copied
  action?: ComponentChildren;
}

/** A list without anything in it says what to do next. */
export function Empty({ icon: Icon, title, children, snippet, action }: Props) {
  return (
    <section class="empty">
      <Icon aria-hidden />
      <h2>{title}</h2>
      <p>{children}</p>
      {snippet && <Snippet text={snippet} />}
      {snippet?.includes("$TOKEN") && <TokenHint />}
      {action}
    </section>
  );
}

/** Where what stands for $TOKEN comes from. */
function TokenHint() {
  return (
    <p class="muted small">
      {t("token.stands")} {may("admin") ? <a href={path("access", "tokens") + "?new=1"}>{t("token.make")}</a> : t("token.ask")}
    </p>
  );
}

/** Text to be copied: a command, a line of a script. */
export function Snippet({ text }: { text: string }) {
  return (
    <div class="snippet">
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
