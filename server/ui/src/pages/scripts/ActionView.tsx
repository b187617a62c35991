import { BellOff, BellRing, Cpu, Globe, type LucideIcon, PencilLine, Radio } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Level } from "../../components/Badge";
import { Json } from "../../components/Json";
import { t } from "../../i18n";
import { listed, span } from "../../i18n/format";
import { ValuesTable } from "./ValuesTable";

type Fields = Record<string, unknown>;
const text = (value: unknown) => (typeof value === "string" ? value : "");
const fields = (value: unknown) => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** One thing that would be done, as a sentence; what exactly, below it. */
export function ActionView({ action }: { action: Fields }) {
  const wait = Number(action.delay_ms ?? action.sleep_time_ms ?? 0);
  const when = (
    <>
      {wait > 0 && <span class="badge busy">{t("scripts.after", { wait: span(wait) })}</span>}
      {text(action.target) && (
        <span class="small">
          {t("scripts.for_device")} <code>{text(action.target)}</code>
        </span>
      )}
    </>
  );
  switch (action.type) {
    case "rpc":
      return (
        <Sentence icon={Cpu} when={when} words={t("scripts.calls")} name={<code>{text(action.method)}</code>}>
          <ValuesTable values={fields(action.params)} />
        </Sentence>
      );
    case "alarm":
      return <AlarmAction change={fields(action.alarm)} when={when} />;
    case "axios":
      return <RequestAction request={fields(action.request)} when={when} />;
    case "modifyAttrs":
      return (
        <Sentence icon={PencilLine} when={when} words={t("scripts.sets")} name={listed(Object.keys(fields(action.attributes)))}>
          {Object.entries(fields(action.attributes)).map(([group, values]) => (
            <ValuesTable key={group} values={fields(values)} />
          ))}
        </Sentence>
      );
    default:
      return <DownlinkAction downlink={fields(action.downlink)} when={when} />;
  }
}

function AlarmAction({ change, when }: { change: Fields; when: ComponentChildren }) {
  const name = <code>{text(change.alarm_name)}</code>;
  if (change.action === "clear") return <Sentence icon={BellOff} when={when} words={t("scripts.clears")} name={name} />;
  const groups = Array.isArray(change.notice_groups) ? (change.notice_groups as string[]) : [];
  return (
    <Sentence icon={BellRing} when={<>{text(change.level) && <Level is={text(change.level)} />} {when}</>} words={t("scripts.raises")} name={name}>
      {text(change.title) && <p>{text(change.title)}</p>}
      {text(change.desc) && <p class="muted">{text(change.desc)}</p>}
      {groups.length > 0 && <p class="small">{t("scripts.tells", { groups: listed(groups) })}</p>}
    </Sentence>
  );
}

function RequestAction({ request, when }: { request: Fields; when: ComponentChildren }) {
  return (
    <Sentence icon={Globe} when={when} words={text(request.method)} name={<code>{text(request.url)}</code>}>
      {text(request.body) && (
        <pre class="output" tabIndex={0} aria-label={t("scripts.body")}>
          {indented(text(request.body))}
        </pre>
      )}
      <details class="fold">
        <summary>{t("scripts.headers")}</summary>
        <ValuesTable values={fields(request.headers)} />
      </details>
    </Sentence>
  );
}

function DownlinkAction({ downlink, when }: { downlink: Fields; when: ComponentChildren }) {
  const { port, payload, confirmed } = fields(downlink.userdata);
  return (
    <Sentence icon={Radio} when={<>{confirmed === true && <span class="tag">{t("scripts.confirmed")}</span>} {when}</>}
      words={t("scripts.sends_downlink", { port: Number(port ?? 0) })} name={<code>{hexOf(text(payload)) || text(payload)}</code>}>
      <details class="fold">
        <summary>JSON</summary>
        <Json value={downlink} />
      </details>
    </Sentence>
  );
}

interface SentenceProps {
  icon: LucideIcon;
  words: string;
  name: ComponentChildren;
  when: ComponentChildren;
  children?: ComponentChildren;
}

function Sentence({ icon: Icon, words, name, when, children }: SentenceProps) {
  return (
    <div class="action">
      <p class="line">
        <Icon aria-hidden />
        <span class="action-words">
          {words} {name}
        </span>
        {when}
      </p>
      {children && <div class="action-more">{children}</div>}
    </div>
  );
}

function indented(body: string) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // no JSON
  }
}

/** The bytes of base64, as people who know the device read them. */
function hexOf(base64: string) {
  try {
    return [...atob(base64)].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
  } catch {
    return "";
  }
}
