// What happens in the organisation, live. The stream is open while a visible page listens.
import { signal } from "@preact/signals";

/** Something changed; who shows it asks the server for it. */
export interface LiveEvent {
  type: "execution" | "delivery" | "alarm";
  execution_id: string;
  id: string;
  eui: string;
  state: string;
}

type Listener = (event: LiveEvent) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** Whether the stream is open: "live" is only said while it is true. */
export const connected = signal(false);

/** Calls listener at every event until the function that it returns is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  follow();
  return () => {
    listeners.delete(listener);
    follow();
  };
}

// A browser opens few connections to one host, all its tabs together: one that nobody looks at keeps none.
function follow() {
  const wanted = listeners.size > 0 && document.visibilityState === "visible";
  if (wanted && !source) {
    source = new EventSource("/api/v1/events");
    source.onopen = () => {
      connected.value = true;
    };
    source.onerror = () => {
      connected.value = false;
      if (source?.readyState === EventSource.CLOSED) {
        source = undefined; // refused: the session is over, or the server is away
        setTimeout(follow, 5000);
      }
    };
    for (const type of ["execution", "delivery", "alarm"]) source.addEventListener(type, hear);
  } else if (!wanted && source) {
    source.close();
    source = undefined;
    connected.value = false;
  }
}

function hear({ data }: MessageEvent<string>) {
  const event = JSON.parse(data) as LiveEvent;
  for (const listener of listeners) listener(event);
}

document.addEventListener("visibilitychange", follow);
