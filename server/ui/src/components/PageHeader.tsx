import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface Props {
  title: string;
  purpose: string; // one sentence: what the page is for
  children?: ComponentChildren; // the one primary action
}

/** The top of every page. */
export function PageHeader({ title, purpose, children }: Props) {
  useTitle(title);
  return (
    <header class="page-header">
      <div>
        <h1>{title}</h1>
        <p>{purpose}</p>
      </div>
      {children}
    </header>
  );
}

/** Names the browser's tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Tripline`;
  }, [title]);
}
