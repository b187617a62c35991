import { Radio } from "lucide-preact";
import { type Device, type Reading, recentReadings, type Values } from "../../api/devices";
import { Chart } from "../../components/Chart";
import { Empty } from "../../components/Empty";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { count, measure } from "../../i18n/format";
import { firstUplink } from "../executions/example";

/** The latest values by thing model, the numbers among them drawn over the latest uplinks. */
export function Telemetry({ device }: { device: Device }) {
  const { data: readings } = useLoaded(`${device.eui} ${device.last_seen}`, () => recentReadings(device.eui));
  const models = Object.entries(device.telemetry_data ?? {});
  if (!models.length) {
    return (
      <Empty icon={Radio} title={t("devices.no_telemetry_title")} snippet={firstUplink(device.eui)}>
        {t("devices.no_telemetry")}
      </Empty>
    );
  }
  return (
    <>
      {models.map(([model, { update_time, ...values }]) => (
        <section key={model} class="section">
          <div class="list-head">
            <h2>{t("devices.latest", { model })}</h2>
            {typeof update_time === "number" && (
              <span class="muted small">
                {t("devices.at")} <Time at={new Date(update_time)} />
              </span>
            )}
          </div>
          <div class="values">
            {Object.entries(values).map(([name, value]) => (
              <Value key={name} name={name} value={value} points={pointsOf(readings ?? [], model, name)} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function Value({ name, value, points }: { name: string; value: Values[string]; points: [number, number][] }) {
  return (
    <div class="value panel">
      <span class="muted small">{name}</span>
      <strong class="num">{shown(value)}</strong>
      <div class="value-chart">
        {points.length > 1 && <Chart points={points} label={`${t("devices.chart_of", { name })}: ${t("devices.readings", { count: count(points.length) })}`} />}
      </div>
    </div>
  );
}

function shown(value: unknown): string {
  if (typeof value === "number") return measure(value);
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** Times in s and values, the oldest first. */
function pointsOf(readings: Reading[], model: string, name: string): [number, number][] {
  return readings
    .filter((reading) => reading.thing_model_id === model && typeof reading.values[name] === "number")
    .map((reading): [number, number] => [Date.parse(reading.at) / 1000, reading.values[name] as number])
    .reverse();
}
