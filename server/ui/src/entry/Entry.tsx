import type { ComponentChildren } from "preact";
import { Logo } from "../components/Logo";
import { useTitle } from "../components/PageHeader";
import { LanguageChoice, ThemeChoice } from "../frame/Choices";

/** A page outside the frame: one thing to do, and the choice of language and theme. */
export function Entry({ title, purpose, children }: { title: string; purpose?: string; children: ComponentChildren }) {
  useTitle(title);
  return (
    <div class="entry">
      <main class="entry-card">
        <p class="brand">
          <Logo /> Tripline
        </p>
        <h1>{title}</h1>
        {purpose && <p class="muted">{purpose}</p>}
        {children}
      </main>
      <footer class="entry-foot">
        <LanguageChoice />
        <ThemeChoice />
      </footer>
    </div>
  );
}
