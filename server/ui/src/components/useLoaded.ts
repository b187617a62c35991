import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import { explain } from "./problem";

interface Loaded<T> {
  data: T | undefined; // undefined: not there yet
  failure: string | undefined;
  missing: boolean; // the server says that there is no such thing
  reload: () => Promise<void>;
}

/** What load fetches, fetched again when key changes; what is there stays while it is fetched anew. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; failure?: string; missing?: boolean }>({ key });
  const latest = useRef({ key, load, asked: 0 });
  latest.current.key = key;
  latest.current.load = load;

  const reload = useCallback(async () => {
    const asked = ++latest.current.asked;
    const { key } = latest.current;
    const isLatest = () => asked === latest.current.asked;
    try {
      const data = await latest.current.load();
      if (isLatest()) setState({ key, data });
    } catch (problem) {
      if (!isLatest()) return;
      const missing = problem instanceof Problem && problem.status === 404;
      setState((before) => ({ ...(before.key === key ? before : {}), key, failure: explain(problem), missing }));
    }
  }, []);
  useEffect(() => void reload(), [key]);

  const current = state.key === key ? state : { data: undefined, failure: undefined, missing: false };
  return { data: current.data, failure: current.failure, missing: current.missing ?? false, reload };
}
