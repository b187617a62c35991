import { useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type Device, sendUplink, type UplinkReply, type Values } from "../../api/devices";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { JsonField, readObject } from "../../components/JsonField";
import { explain } from "../../components/problem";
import { t } from "../../i18n";
import { count, listed } from "../../i18n/format";
import { path } from "../../route";

type Errors = Record<string, string | undefined>;

interface Props {
  device: Device;
  onClose: () => void;
  onSent: () => Promise<void>;
}

/** Posts an uplink as the device's network server would. */
export function UplinkDialog({ device, onClose, onSent }: Props) {
  const models = [...new Set([...Object.keys(device.telemetry_data ?? {}), ...device.thing_models])];
  const [raw, setRaw] = useState(false);
  const [model, setModel] = useState(models[0] ?? "");
  const [values, setValues] = useState(() => exampleFor(device, models[0] ?? ""));
  const [payload, setPayload] = useState("");
  const [port, setPort] = useState("1");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState<UplinkReply>();

  const send = async (event: Event) => {
    event.preventDefault();
    const read = readObject(values);
    if (!raw && read.error !== undefined) return setErrors({ values: read.error });
    setBusy(true);
    setErrors({});
    setSent(undefined);
    try {
      const carried = raw ? { payload_hex: payload.replace(/\s+/g, ""), f_port: Number(port) } : { telemetry_data: read.value };
      setSent(await sendUplink({ eui: device.eui, ...(model && { thing_model_id: model }), ...carried }));
      await onSent();
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.fields : {};
      const atField = { payload: fields.payload_hex, port: fields.f_port, values: fields.telemetry_data, model: fields.thing_model_id };
      setErrors(Object.values(atField).some(Boolean) ? atField : { form: explain(problem) });
    }
    setBusy(false);
  };

  return (
    <Dialog place="side" title={t("devices.uplink")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={send} noValidate>
        <p class="muted">{t("devices.uplink_note")}</p>
        <Failure text={errors.form} />
        <div class="choice" role="group" aria-label={t("devices.uplink_form")}>
          <button type="button" aria-pressed={!raw} onClick={() => setRaw(false)}>
            {t("devices.uplink_values")}
          </button>
          <button type="button" aria-pressed={raw} onClick={() => setRaw(true)}>
            {t("devices.uplink_payload")}
          </button>
        </div>
        <Field label={t("devices.uplink_model")} hint={modelHint(models, raw)} error={errors.model}>
          {(ties) => (
            <>
              <input {...ties} name="model" value={model} list="models" autocomplete="off" onInput={(event) => setModel(event.currentTarget.value.trim())} />
              <datalist id="models">
                {models.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        {raw ? (
          <>
            <Field label={t("devices.uplink_hex")} error={errors.payload}>
              {(ties) => <input {...ties} class="mono" name="payload" value={payload} autocomplete="off" spellcheck={false} onInput={(event) => setPayload(event.currentTarget.value)} />}
            </Field>
            <Field label={t("devices.uplink_port")} error={errors.port}>
              {(ties) => <input {...ties} name="port" inputMode="numeric" value={port} autocomplete="off" onInput={(event) => setPort(event.currentTarget.value)} />}
            </Field>
          </>
        ) : (
          <JsonField label={t("devices.uplink_json")} name="values" text={values} error={errors.values} autofocus onText={(text) => (setValues(text), setErrors({}))} />
        )}
        {sent && <Sent reply={sent} />}
        <footer class="dialog-foot" role="group">
          <button type="button" class="button" onClick={onClose}>
            {t("close")}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {t("devices.uplink_send")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** Which thing models the device has, to choose among. */
const modelHint = (models: string[], raw: boolean) =>
  models.length ? t("devices.uplink_model_has", { names: listed(models) }) : t(raw ? "devices.uplink_model_no_parser" : "devices.uplink_model_any");

/** What the device said last, to be changed a little. */
function exampleFor(device: Device, model: string): string {
  const { update_time: _, ...last } = (device.telemetry_data?.[model] ?? {}) as Values;
  return JSON.stringify(Object.keys(last).length ? last : { temperature: 21.5 }, null, 2);
}

function Sent({ reply }: { reply: UplinkReply }) {
  const failed = reply.state === "failed";
  return (
    <p class={failed ? "form-error" : "form-done"} role="status">
      {t(failed ? "devices.uplink_failed" : "devices.uplink_sent")} {reply.dispatches !== undefined && `(${t("devices.uplink_dispatches", { count: count(reply.dispatches) })}) `}
      <a href={path("executions", reply.execution_id)}>{t("devices.see_execution")}</a>
    </p>
  );
}
