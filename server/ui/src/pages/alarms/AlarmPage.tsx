import { useState } from "preact/hooks";
import { acknowledgeAlarm, type AlarmStory, clearAlarm, getAlarm } from "../../api/alarms";
import { withParams } from "../../api/client";
import { getDevice } from "../../api/devices";
import { Level, State } from "../../components/Badge";
import { Confirm } from "../../components/Confirm";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { now, Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { count, span } from "../../i18n/format";
import { path } from "../../route";
import { may } from "../../session";
import { actorName } from "../audit/names";
import { lastedMs } from "./Board";
import { History } from "./History";
import { Told } from "./Told";

/** One alarm: what it says, how it went before, who was told. */
export function AlarmPage({ id }: { id: string }) {
  const { data: alarm, failure, missing, reload } = useLoaded(id, () => getAlarm(id));
  useLive(reload, (event) => event.eui === alarm?.eui);
  const [clearing, setClearing] = useState(false);
  const back = { href: path("alarms"), label: t("alarms.title") };
  if (!alarm) {
    return (
      <>
        <PageHeader title={t("alarms.of")} purpose={missing ? t("unknown_thing") : t("alarms.purpose_one")} back={back} />
        {!missing && <Failure text={failure} again={reload} />}
        {!failure && <Skeleton of="panels" />}
      </>
    );
  }
  const title = alarm.title || alarm.alarm_name;
  const acknowledge = async () => {
    try {
      await acknowledgeAlarm(id);
      say(t("alarms.acknowledged"));
    } catch (problem) {
      say(explain(problem), { failed: true });
    }
    await reload();
  };
  return (
    <>
      <PageHeader title={title} purpose={t("alarms.purpose_one")} back={back}>
        {alarm.state === "active" && may("operate") && (
          <>
            <button type="button" class="button" onClick={() => setClearing(true)}>
              {t("alarms.clear")}
            </button>
            {!alarm.acknowledged_by && (
              <button type="button" class="button primary" onClick={() => void acknowledge()}>
                {t("alarms.acknowledge")}
              </button>
            )}
          </>
        )}
      </PageHeader>
      <Failure text={failure} again={reload} />
      <section class="panel">
        <AlarmFacts alarm={alarm} />
      </section>
      <History alarm={alarm} />
      <Told alarm={alarm} />
      {clearing && <ClearDialog alarm={alarm} title={title} onClose={() => setClearing(false)} onCleared={reload} />}
    </>
  );
}

function AlarmFacts({ alarm }: { alarm: AlarmStory }) {
  const { data: device } = useLoaded(alarm.eui, () => getDevice(alarm.eui));
  return (
    <Facts
      of={[
        [t("alarms.level"), <Level is={alarm.level} />],
        [t("alarms.state"), <State is={alarm.state} />],
        [t("alarms.device"), <a href={path("devices", alarm.eui)}>{device?.name || alarm.eui}</a>],
        [t("alarms.desc"), alarm.desc],
        [t("alarms.since"), <Time at={new Date(alarm.start_time)} />],
        [t("alarms.lasted"), span(lastedMs(alarm, now.value))],
        [t("alarms.updated"), alarm.state === "active" && <Time at={new Date(alarm.update_time)} />],
        [t("alarms.cleared_at"), alarm.cleared_time && <Time at={new Date(alarm.cleared_time)} />],
        [t("alarms.note"), alarm.recovery_note],
        [t("alarms.count"), t("alarms.times", { count: count(alarm.count) })],
        [t("alarms.who"), alarm.acknowledged_by ? actorName(alarm.acknowledged_by) : (alarm.state === "active" ? <span class="muted">{t("alarms.nobody")}</span> : "")],
        [t("alarms.name"), <code>{alarm.alarm_name}</code>],
        [t("alarms.groups"), alarm.notice_groups?.join(", ")],
        [t("alarms.executions"), <a href={withParams(path("executions"), { eui: alarm.eui })}>{t("executions.title")}</a>],
      ]}
    />
  );
}

interface ClearProps {
  alarm: AlarmStory;
  title: string;
  onClose: () => void;
  onCleared: () => Promise<void>;
}

function ClearDialog({ alarm, title, onClose, onCleared }: ClearProps) {
  const [note, setNote] = useState("");
  const clear = async () => {
    await clearAlarm(alarm.id, note.trim());
    say(t("alarms.cleared", { title }));
    await onCleared();
  };
  return (
    <Confirm title={t("alarms.clear_title", { title })} keep={t("alarms.keep")} action={t("alarms.clear")} danger={false} onClose={onClose} act={clear}>
      <p>{t("alarms.clear_consequence")}</p>
      <Field label={t("alarms.clear_note")} hint={t("alarms.clear_note_hint")}>
        {(ties) => <input {...ties} name="note" value={note} autocomplete="off" onInput={(event) => setNote(event.currentTarget.value)} />}
      </Field>
    </Confirm>
  );
}
