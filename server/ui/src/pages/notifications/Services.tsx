import { BellPlus, Send } from "lucide-preact";
import { useState } from "preact/hooks";
import { listServices, listServiceTypes, type Service, type TestResult, testService } from "../../api/notifications";
import { rowLink } from "../../components/ListKeys";
import { Dialog } from "../../components/Dialog";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { explain } from "../../components/problem";
import { Skeleton } from "../../components/Skeleton";
import { useLoaded } from "../../components/useLoaded";
import { type PlainKey, t } from "../../i18n";
import { serverWords } from "../../i18n/server_words";
import { listed } from "../../i18n/format";
import { go, path, route } from "../../route";
import { ServiceEditor } from "./ServiceEditor";

const home = path("notifications", "services");
const types = ["wecom", "dingtalk", "feishu", "webhook", "email"];

export const typeName = (type: string) => (types.includes(type) ? t(`notifications.type.${type}` as PlainKey) : type);

/** The places where alarms are told. */
export function Services({ open }: { open: string | undefined }) {
  const { data: services, failure, reload } = useLoaded("services", listServices);
  const { data: kinds } = useLoaded("types", listServiceTypes);
  const wanted = route.value.query.get("new");
  const opened = services?.find((service) => service.name === open);
  const kind = kinds?.find((kind) => kind.type === (opened?.type ?? wanted));
  const close = () => go(home);
  const saved = () => {
    go(home);
    void reload();
  };
  return (
    <>
      <Failure text={failure} again={reload} />
      {!services && !failure && <Skeleton />}
      {services?.length === 0 && (
        <Empty icon={BellPlus} title={t("notifications.services_empty_title")} action={<TypeChoice />}>
          {t("notifications.services_empty")}
        </Empty>
      )}
      <ul class="services">
        {services?.map((service) => (
          <ServiceCard key={service.name} service={service} />
        ))}
      </ul>
      {services && open && !opened && <Failure text={t("unknown_thing")} />}
      {services && kind && <ServiceEditor key={opened?.name ?? kind.type} kind={kind} service={opened} taken={services.map((service) => service.name)} onClose={close} onDone={saved} />}
      {wanted === "1" && (
        <Dialog title={t("notifications.choose_type")} onClose={close}>
          <TypeChoice />
        </Dialog>
      )}
    </>
  );
}

function TypeChoice() {
  return (
    <div class="type-choice">
      {types.map((type) => (
        <a key={type} class="button" href={`${home}?new=${type}`}>
          <strong>{typeName(type)}</strong>
          <span class="muted small">{t(`notifications.type_hint.${type}` as PlainKey)}</span>
        </a>
      ))}
    </div>
  );
}

function ServiceCard({ service }: { service: Service }) {
  const [results, setResults] = useState<TestResult[]>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    setResults(undefined);
    setFailure(undefined);
    try {
      setResults(await testService(service.name));
    } catch (problem) {
      setFailure(explain(problem));
    }
    setBusy(false);
  };
  return (
    <li class="panel service">
      <div class="panel-head">
        <h2>
          <a {...rowLink} class="plain-link" href={path("notifications", "services", service.name)}>
            {service.name}
          </a>
        </h2>
        <span class="tag">{typeName(service.type)}</span>
      </div>
      {service.description && <p>{service.description}</p>}
      {service.problem && <p class="error-text">{service.problem}</p>}
      <ul class="targets">
        {service.targets.map((target) => (
          <li key={target.name}>
            <span>{target.name}</span> <code class="muted one-line">{target.destination}</code>
          </li>
        ))}
      </ul>
      <p class="muted small">{service.rules?.length ? t("notifications.used_by", { rules: listed(service.rules) }) : t("notifications.unused")}</p>
      <div>
        <button type="button" class="button" disabled={busy} onClick={() => void test()}>
          <Send aria-hidden /> {busy ? t("notifications.testing") : t("notifications.test")}
        </button>
      </div>
      <div role="status">
        <Failure text={failure} />
        {results && <Results results={results} />}
      </div>
    </li>
  );
}

const tones = { delivered: "good", retryable: "warn", permanent: "bad" };

/** What each target of a service answered to the test. */
function Results({ results }: { results: TestResult[] }) {
  return (
    <ul class="results">
      {results.map(({ target, outcome, detail }) => (
        <li key={target}>
          <span class={"badge " + tones[outcome]}>{t(`notifications.${outcome}`)}</span> <strong>{target}</strong> <span>{serverWords(detail)}</span>
        </li>
      ))}
    </ul>
  );
}
