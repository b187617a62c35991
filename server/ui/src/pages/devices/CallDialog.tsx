import { useState } from "preact/hooks";
import { getAll } from "../../api/client";
import type { Device } from "../../api/devices";
import { callRPC, RPCError, type RPCResult } from "../../api/rpc";
import type { ListedScript } from "../../api/scripts";
import { State } from "../../components/Badge";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { JsonField, readObject } from "../../components/JsonField";
import { ParamForm, readParams, type Typed } from "../../components/ParamForm";
import { explain } from "../../components/problem";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { count } from "../../i18n/format";
import { path } from "../../route";

type Errors = Record<string, string | undefined>;

interface Props {
  device: Device;
  onClose: () => void;
  onCalled: () => Promise<void>;
}

/** Calls an RPC for the device, with a form made from what the script declares. */
export function CallDialog({ device, onClose, onCalled }: Props) {
  const { data: scripts, failure } = useLoaded("rpcs", () => getAll<ListedScript>("/scripts?kind=rpc"));
  const callable = (scripts ?? []).filter((script) => script.library || script.org_wide || device.rpcs.includes(script.name));
  const [name, setName] = useState(device.rpcs[0] ?? "");
  const [typed, setTyped] = useState<Typed>({});
  const [text, setText] = useState("{}");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [called, setCalled] = useState<RPCResult>();
  const [failed, setFailed] = useState<string>(); // the execution that tells of a failure
  const script = callable.find((script) => script.name === name);
  const declared = script?.params ?? [];

  const choose = (name: string) => {
    setName(name);
    setTyped({});
    setErrors({});
    setCalled(undefined);
  };
  const call = async (event: Event) => {
    event.preventDefault();
    const read = declared.length ? readParams(declared, typed) : fromText(text);
    setErrors(read.errors);
    if (Object.keys(read.errors).length) return;
    setBusy(true);
    setCalled(undefined);
    setFailed(undefined);
    try {
      setCalled(await callRPC(device.eui, name, read.values));
      await onCalled();
    } catch (problem) {
      setErrors({ form: explain(problem) });
      if (problem instanceof RPCError) setFailed(problem.executionId);
    }
    setBusy(false);
  };

  return (
    <Dialog place="side" title={t("devices.call")} onClose={onClose}>
      <form class="form sheet-form" onSubmit={call} noValidate>
        <p class="muted">{t("devices.call_note")}</p>
        <Failure text={errors.form ?? failure} />
        {failed && <a href={path("executions", failed)}>{t("devices.see_execution")}</a>}
        <Field label={t("devices.call_which")} hint={script?.remark}>
          {(ties) => (
            <select {...ties} name="rpc" value={name} data-autofocus onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">{t("devices.call_choose")}</option>
              {callable.map((script) => (
                <option key={script.name} value={script.name}>
                  {script.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        {script && declared.length > 0 && <ParamForm params={declared} typed={typed} errors={errors} onTyped={(typed) => (setTyped(typed), setErrors({}))} />}
        {script && declared.length === 0 && (
          <JsonField label={t("devices.call_params")} hint={t("devices.call_no_params")} name="params" text={text} error={errors.text} rows={5} onText={(text) => (setText(text), setErrors({}))} />
        )}
        {called && <Called result={called} />}
        <footer class="dialog-foot" role="group">
          <button type="button" class="button" onClick={onClose}>
            {t("close")}
          </button>
          <button type="submit" class="button primary" disabled={busy || !script}>
            {t("devices.call_do")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function fromText(text: string): { values: Record<string, unknown>; errors: Errors } {
  const read = readObject(text);
  return read.error === undefined ? { values: read.value, errors: {} } : { values: {}, errors: { text: read.error } };
}

function Called({ result }: { result: RPCResult }) {
  return (
    <div class="form-done" role="status">
      <p>
        {t("devices.called", { count: count(result.actions) })} <a href={path("executions", result.execution_id)}>{t("devices.see_execution")}</a>
      </p>
      {result.deliveries?.map((delivery) => (
        <p key={delivery.id} class="line">
          <State is={delivery.state === "pending" ? "scheduled" : delivery.state} />
          <a href={path("deliveries", delivery.id)}>{t("executions.open_delivery")}</a>
        </p>
      ))}
    </div>
  );
}
