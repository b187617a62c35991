// One dry run after the other: on which inputs, and what came out.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, type Page } from "../../api/client";
import { findInputs, type FoundInputs, type Report, type RunInputs, type SavedCase, tryScript } from "../../api/scripts";
import { explain } from "../../components/problem";
import { t } from "../../i18n";
import { route } from "../../route";
import { exampleInputs, inputsFrom, type PartName, type Parts, partsFrom } from "./inputs";
import type { Bench } from "./ScriptPage";

/** Where the inputs come from. */
export type Origin =
  | { from: "nowhere" } // not chosen yet
  | { from: "example" }
  | { from: "device"; eui: string }
  | { from: "execution"; id: string; eui: string; current: string[] }
  | { from: "case"; name: string };

export interface Trial {
  parts: Parts;
  origin: Origin;
  edited: boolean; // since they came from there
  setPart: (part: PartName, text: string) => void;
  fromDevice: (eui: string) => Promise<void>;
  fromExecution: (id: string) => Promise<void>;
  fromCase: (saved: SavedCase) => void;
  run: () => Promise<void>;
  running: boolean;
  report: Report | undefined;
  /** Whether the code or the inputs changed since the report. */
  stale: boolean;
  failure: string | undefined;
  badPart: PartName | undefined;
  inputs: () => RunInputs | undefined;
}

interface Outcome {
  report: Report;
  source: string;
  parts: Parts;
}

export function useTrial(bench: Bench): Trial {
  const { kind, name, script, work, writes } = bench;
  const [parts, setParts] = useState<Parts>({});
  const [origin, setOrigin] = useState<Origin>({ from: "nowhere" });
  const [edited, setEdited] = useState(false);
  const [running, setRunning] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const [failure, setFailure] = useState<string>();
  const [badPart, setBadPart] = useState<PartName>();

  const take = (inputs: RunInputs, origin: Origin) => {
    setParts(partsFrom(inputs));
    setOrigin(origin);
    setEdited(false);
    setFailure(undefined);
    setBadPart(undefined);
    setOutcome(undefined);
  };
  const find = async (from: Parameters<typeof findInputs>[2], origin: (found: FoundInputs) => Origin) => {
    try {
      const found = await findInputs(kind, name, from);
      take(found.inputs, origin(found));
    } catch (problem) {
      setFailure(explain(problem));
    }
  };
  const fromDevice = (eui: string) => find({ eui }, () => ({ from: "device", eui }));
  const fromExecution = (id: string) => find({ execution_id: id }, ({ eui, current }) => ({ from: "execution", id, eui, current }));

  // The first inputs: what a link asks for, a device that has the script, any device, an example.
  const wanted = route.value.query.get("execution");
  useEffect(() => {
    if (!writes) return;
    if (wanted) return void fromExecution(wanted);
    if (script?.mounts[0]) return void fromDevice(script.mounts[0]);
    get<Page<{ eui: string }>>("/devices?limit=1").then(
      ({ items: [first] }) => (first ? void fromDevice(first.eui) : take(exampleInputs(kind), { from: "example" })),
      (problem) => setFailure(explain(problem)),
    );
  }, [wanted]);

  const run = async () => {
    const read = inputsFrom(parts, kind);
    setBadPart("bad" in read ? read.bad : undefined);
    if ("bad" in read) return setFailure(t("scripts.bad_part"));
    setRunning(true);
    setFailure(undefined);
    try {
      setOutcome({ report: await tryScript(kind, name, work.code, read.inputs), source: work.code.source, parts });
    } catch (problem) {
      setFailure(explain(problem));
    }
    setRunning(false);
  };
  const latest = useRef(run);
  latest.current = run;

  return {
    parts,
    origin,
    edited,
    setPart: (part, text) => {
      setParts((parts) => ({ ...parts, [part]: text }));
      setEdited(true);
    },
    fromDevice,
    fromExecution,
    fromCase: (saved) => take(saved.case, { from: "case", name: saved.name }),
    run: useCallback(() => latest.current(), []),
    running,
    report: outcome?.report,
    stale: outcome !== undefined && (outcome.source !== work.code.source || outcome.parts !== parts),
    failure,
    badPart,
    inputs: () => {
      const read = inputsFrom(parts, kind);
      return "inputs" in read ? read.inputs : undefined;
    },
  };
}
