import { ArrowLeft } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  heading?: ComponentChildren; // in place of the title, where more than words stands there
  purpose: ComponentChildren; // one sentence: what the page is for
  back?: { href: string; label: string }; // the list that a thing is from
  children?: ComponentChildren; // the one primary action
}

/** The top of every page. Whoever comes from a link that is gone begins to read here. */
export function PageHeader({ title, heading, purpose, back, children }: Props) {
  useTitle(title);
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) top.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header class="page-header">
      <div>
        {back && (
          <a class="back" href={back.href}>
            <ArrowLeft aria-hidden /> {back.label}
          </a>
        )}
        <h1 ref={top} tabIndex={-1}>
          {heading ?? title}
        </h1>
        <p>{purpose}</p>
      </div>
      {children && <div class="page-actions">{children}</div>}
    </header>
  );
}

/** Names the browser's tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Tripline`;
  }, [title]);
}
