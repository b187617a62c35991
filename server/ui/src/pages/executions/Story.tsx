import { useState } from "preact/hooks";
import { getDevice } from "../../api/devices";
import { type ExecutionStory, getExecution, type Run } from "../../api/executions";
import { State } from "../../components/Badge";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { LiveState, useLive } from "../../components/Live";
import { PageHeader } from "../../components/PageHeader";
import { Skeleton } from "../../components/Skeleton";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { exact, t } from "../../i18n";
import { actorName } from "../audit/names";
import { span } from "../../i18n/format";
import { path } from "../../route";
import { DryRunDialog } from "./DryRunDialog";
import { tookOf } from "./story";
import { Timeline } from "./Timeline";

/** One execution, from what came in to what went out. */
export function Story({ id }: { id: string }) {
  const { data: story, failure, missing, reload } = useLoaded(id, () => getExecution(id));
  const live = useLive(reload, (event) => event.execution_id === id);
  const [again, setAgain] = useState<{ run: Run; input: unknown }>();
  const back = { href: path("executions"), label: t("executions.title") };
  if (!story) {
    return (
      <>
        <PageHeader title={t("executions.of")} purpose={missing ? t("unknown_thing") : t("executions.purpose_one")} back={back} />
        {!missing && <Failure text={failure} again={reload} />}
        {!failure && <Skeleton of="panels" />}
      </>
    );
  }
  return (
    <>
      <StoryHeader story={story} back={back} />
      <Failure text={failure} again={reload} />
      <section class="panel">
        <StoryFacts story={story} />
      </section>
      <section class="section" aria-label={t("executions.timeline")}>
        <div class="list-head">
          <h2>{t("executions.timeline")}</h2>
          <LiveState live={live} />
        </div>
        <Timeline story={story} onAgain={(run, input) => setAgain({ run, input })} />
      </section>
      {again && <DryRunDialog {...again} story={story} onClose={() => setAgain(undefined)} />}
    </>
  );
}

function StoryHeader({ story, back }: { story: ExecutionStory; back: { href: string; label: string } }) {
  const { data: device } = useLoaded(story.eui, () => getDevice(story.eui));
  const called = device?.name || story.eui;
  const title = story.call ? t("executions.call_of", { method: story.call.method, device: called }) : t("executions.uplink_of", { device: called });
  return <PageHeader title={title} purpose={t("executions.purpose_one")} back={back} />;
}

function StoryFacts({ story }: { story: ExecutionStory }) {
  const took = tookOf(story);
  const computing = (story.runs ?? []).reduce((sum, run) => sum + run.cpu_ms, 0);
  return (
    <Facts
      of={[
        [t("executions.state"), <State is={story.state} />],
        [t("executions.device"), <a href={path("devices", story.eui)}><code>{story.eui}</code></a>],
        [t("executions.thing_model"), story.uplink?.thing_model_id],
        [t("executions.caller"), story.call?.caller && actorName(story.call.caller)],
        [t("executions.received"), <><Time at={new Date(story.created_at)} /> <span class="muted small">{exact(new Date(story.created_at))}</span></>],
        [t("executions.took"), took !== undefined && span(took)],
        [t("executions.cpu"), story.runs?.length ? span(computing) : undefined],
        [t("executions.id"), <code class="small">{story.id}</code>],
      ]}
    />
  );
}
