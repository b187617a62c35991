import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { exact, t } from "../i18n";
import { count as whole, hourMinute, measure } from "../i18n/format";
import { theme } from "../preferences";

interface Props {
  points: [number, number][]; // seconds since 1970 and values, the oldest first
  label: string; // what is drawn, for whoever does not see it
  bars?: boolean;
  height?: number; // CSS pixels
  axes?: boolean;
}

// The library comes with the first chart, and not with every page.
const loadLibrary = () => Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(([module]) => module.default);

/** Values over time, with the one under the pointer told, or the one that the arrow keys have come to. */
export function Chart({ points, label, bars = false, height = 64, axes = false }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const told = useRef<HTMLParagraphElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = useRef<uPlot.AlignedData>([[], []]);
  data.current = [points.map(([time]) => time), points.map(([, value]) => value)];

  useEffect(() => {
    let left = false;
    let watch: ResizeObserver | undefined;
    const draw = (Library: Awaited<ReturnType<typeof loadLibrary>>) => {
      const element = room.current;
      if (left || !element) return;
      const options = optionsFor(Library, element, { bars, height, axes }, (text) => told.current && (told.current.textContent = text));
      chart.current = new Library(options, data.current, element);
      // In the next frame: what is resized while sizes are observed may change them again, and the browser complains.
      watch = new ResizeObserver(() => requestAnimationFrame(() => chart.current?.setSize({ width: element.clientWidth, height })));
      watch.observe(element);
    };
    // Without its library a chart stays empty; what it shows is told in words beside it.
    loadLibrary().then(draw, () => undefined);
    return () => {
      left = true;
      watch?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme.value, bars, height, axes]);
  useEffect(() => chart.current?.setData(data.current), [points]);

  const goTo = (index: number) => {
    const time = data.current[0][Math.min(Math.max(index, 0), points.length - 1)];
    if (chart.current && time !== undefined) chart.current.setCursor({ left: chart.current.valToPos(time, "x"), top: 0 });
  };
  const walk = (event: KeyboardEvent) => {
    const at = chart.current?.cursor.idx ?? points.length;
    const index = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[event.key];
    if (index === undefined) return;
    event.preventDefault();
    goTo(index);
  };
  return (
    <figure class="chart">
      <div ref={room} role="img" aria-label={label} aria-description={t("chart.keys")} tabIndex={0} style={{ height: `${height}px` }}
        onKeyDown={walk} onBlur={() => chart.current?.setCursor({ left: -10, top: -10 })} />
      <p ref={told} class="chart-told muted small num" aria-live="polite" />
    </figure>
  );
}

const halfBar = 30; // seconds: bars are minutes, and the first and the last are drawn whole

type Shape = Required<Pick<Props, "bars" | "height" | "axes">>;

function optionsFor(Library: typeof uPlot, element: HTMLElement, { bars, height, axes }: Shape, tell: (text: string) => void): uPlot.Options {
  const colour = (name: string) => resolved(element, name);
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true, range: bars ? (_, first, last) => [first - halfBar, last + halfBar] : undefined }, y: { range: bars ? (_, __, max) => [0, Math.max(max, 4)] : undefined } },
    axes: axes
      ? [
          { ...axis, grid: { show: false }, size: 28, gap: 9, values: (_, times) => times.map((time) => hourMinute(new Date(time * 1000))) },
          { ...axis, size: 44, values: (_, values) => values.map((value) => (Number.isInteger(value) ? whole(value) : "")) },
        ]
      : [{ show: false }, { show: false }],
    padding: axes ? [8, 20, 0, 0] : [6, 4, 4, 4],
    series: [
      {},
      {
        stroke: colour("--accent"),
        width: 2,
        points: { show: false },
        ...(bars ? { fill: colour("--accent"), width: 0, paths: Library.paths.bars!({ size: [0.7, 24], radius: 0.15 }) } : { fill: colour("--accent-wash") }),
      },
    ],
    hooks: {
      setCursor: [
        (chart) => {
          const at = chart.cursor.idx;
          const [times, values] = chart.data;
          const value = at == null ? undefined : values?.[at];
          tell(value == null ? "" : `${measure(value)} · ${exact(new Date(times[at!]! * 1000))}`);
        },
      ],
    },
  };
}

/** A colour of the page as a canvas takes it: light-dark() means nothing there. */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
