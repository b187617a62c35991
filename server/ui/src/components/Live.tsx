import { Pause, Radio } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { connected, listen, type LiveEvent } from "../api/events";
import { t } from "../i18n";

const calm = 700; // milliseconds from an event to the refresh: what happens together is shown together

export interface Live {
  paused: boolean;
  waiting: boolean; // something happened since the pause began
  /** For the element that holds the list: it stands still while the pointer, or the focus of a keyboard, is on it. */
  hold: {
    onPointerEnter: (event: PointerEvent) => void;
    onPointerLeave: () => void;
    onFocusIn: (event: FocusEvent) => void;
    onFocusOut: () => void;
  };
}

/** Refreshes when something of interest happens, and not while somebody is on the list. */
export function useLive(refresh: () => Promise<void>, concerns: (event: LiveEvent) => boolean = () => true, wait = calm): Live {
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const current = useRef({ refresh, concerns, paused, due: undefined as ReturnType<typeof setTimeout> | undefined });
  current.current.refresh = refresh;
  current.current.concerns = concerns;
  current.current.paused = paused;

  useEffect(() => {
    const now = current.current;
    const run = async () => {
      if (!now.paused) await now.refresh();
      else setWaiting(true);
      now.due = undefined;
    };
    const stop = listen((event) => {
      if (now.concerns(event)) now.due ??= setTimeout(() => void run(), wait);
    });
    return () => {
      stop();
      clearTimeout(now.due);
      now.due = undefined;
    };
  }, []);

  const goOn = () => {
    setPaused(false);
    if (!waiting) return;
    setWaiting(false);
    void current.current.refresh();
  };
  return {
    paused,
    waiting,
    hold: {
      onPointerEnter: (event) => event.pointerType === "mouse" && setPaused(true),
      onPointerLeave: goOn,
      onFocusIn: ({ target }) => (target as Element).matches(":focus-visible") && setPaused(true),
      onFocusOut: goOn,
    },
  };
}

/** Says whether the list follows what happens. */
export function LiveState({ live }: { live: Live }) {
  const state = live.paused ? "paused" : connected.value ? "on" : "off";
  return (
    <span class={"live " + state} role="status">
      {state === "paused" ? <Pause aria-hidden /> : <Radio aria-hidden />}
      {t(state === "paused" ? (live.waiting ? "live.waiting" : "live.paused") : state === "on" ? "live.on" : "live.off")}
    </span>
  );
}
