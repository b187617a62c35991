import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure } from "../components/Failure";
import { t } from "../i18n";
import { language } from "../preferences";
import type { Syntax } from "./codemirror";
import { loadDiff } from "./load";

interface Props {
  before: string;
  after: string;
  syntax: Syntax;
  labels: { before: string; after: string };
}

const roomForTwo = 720; // pixels

/** What differs between two texts: side by side, or unified where that has no room. */
export function Diff({ before, after, syntax, labels }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState<boolean>();
  const [failed, setFailed] = useState(false);
  const words = language.value;

  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => setNarrow(entry!.contentRect.width < roomForTwo));
    watch.observe(host.current!);
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (narrow === undefined) return;
    let remove = () => {};
    let gone = false;
    const element = host.current!;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    loadDiff().then(
      ({ createDiff }) => {
        if (!gone) remove = createDiff({ root, before, after, syntax, labels, narrow });
      },
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
      remove();
    };
  }, [before, after, syntax, labels.before, labels.after, narrow, words]);

  return (
    <div class="diff">
      <Failure text={failed ? t("problem.unreachable") : undefined} />
      {!narrow && (
        <div class="diff-labels" aria-hidden>
          <span>{labels.before}</span>
          <span>{labels.after}</span>
        </div>
      )}
      {narrow && <div class="diff-labels one">{labels.before} → {labels.after}</div>}
      <div class="diff-room" ref={host} />
    </div>
  );
}
