import { KeySquare } from "lucide-preact";
import { useState } from "preact/hooks";
import { deleteToken, listTokens, type Token } from "../../api/access";
import { Confirm } from "../../components/Confirm";
import { Dialog } from "../../components/Dialog";
import { Empty } from "../../components/Empty";
import { Facts } from "../../components/Facts";
import { Failure } from "../../components/Failure";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { now, Time } from "../../components/Time";
import { say } from "../../components/Toasts";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { actorName } from "../audit/names";
import { listed } from "../../i18n/format";
import { go, path, route } from "../../route";
import { NewToken } from "./NewToken";

const home = path("access", "tokens");

/** Which programs may call the interface. */
export function TokenList({ open }: { open: string | undefined }) {
  const { data: tokens, failure, reload } = useLoaded("tokens", listTokens);
  const opened = tokens?.find((token) => token.id === open);
  const done = () => {
    go(home);
    void reload();
  };
  return (
    <>
      <Failure text={failure} again={reload} />
      {!tokens && !failure && <Skeleton />}
      {tokens?.length === 0 && (
        <Empty icon={KeySquare} title={t("access.tokens_empty_title")}
          action={<button type="button" class="button" onClick={() => go(home + "?new=1")}>{t("access.add_token")}</button>}>
          {t("access.tokens_empty")}
        </Empty>
      )}
      {tokens && tokens.length > 0 && (
        <>
          <Table
            label={t("access.tokens")}
            items={tokens}
            idOf={(token) => token.id}
            address={(token) => path("access", "tokens", token.id)}
            nameLabel={t("access.name")}
            nameWidth="minmax(0, 2fr)"
            name={(token) => token.name}
            columns={[
              { label: t("access.scopes"), width: "minmax(0, 2fr)", cell: (token) => <Scopes token={token} /> },
              { label: t("access.last_used"), width: "8.5rem", cell: (token) => <LastUsed token={token} /> },
              { label: t("access.expires"), width: "8.5rem", cell: (token) => <Expiry token={token} /> },
              { label: t("access.created_by"), width: "minmax(0, 1fr)", cell: (token) => actorName(token.created_by) },
            ]}
          />
          <ListFoot add />
        </>
      )}
      {tokens && open && !opened && <Failure text={t("unknown_thing")} />}
      {opened && <TokenDialog token={opened} onClose={() => go(home)} onDone={done} />}
      {route.value.query.get("new") && <NewToken onClose={() => go(home)} onMade={() => void reload()} />}
    </>
  );
}

const Scopes = ({ token }: { token: Token }) => <>{listed(token.scopes.map((scope) => t(`access.scope.${scope}`)))}</>;

const LastUsed = ({ token }: { token: Token }) => (token.last_used_at ? <Time at={new Date(token.last_used_at)} /> : <span class="muted">{t("never")}</span>);

function Expiry({ token }: { token: Token }) {
  if (!token.expires_at) return <span class="muted">{t("access.expires_never")}</span>;
  const at = new Date(token.expires_at);
  return at < now.value ? <span class="badge bad">{t("access.expired")}</span> : <Time at={at} />;
}

function TokenDialog({ token, onClose, onDone }: { token: Token; onClose: () => void; onDone: () => void }) {
  const [ending, setEnding] = useState(false);
  const end = async () => {
    await deleteToken(token.id);
    say(t("access.token_ended", { name: token.name }));
    onDone();
  };
  return (
    <Dialog place="side" title={t("access.token_made", { name: token.name })} onClose={onClose}>
      <div class="form sheet-form">
        <Facts
          of={[
            [t("access.scopes"), <Scopes token={token} />],
            [t("access.last_used"), <LastUsed token={token} />],
            [t("access.expires"), <Expiry token={token} />],
            [t("access.made"), <Time at={new Date(token.created_at)} />],
            [t("access.created_by"), actorName(token.created_by)],
          ]}
        />
        <footer class="dialog-foot" role="group">
          <button type="button" class="button" onClick={onClose}>
            {t("close")}
          </button>
          <button type="button" class="button danger" onClick={() => setEnding(true)}>
            {t("access.end_token")}
          </button>
        </footer>
      </div>
      {ending && (
        <Confirm title={t("access.end_token_title", { name: token.name })} action={t("access.end_token")} act={end} onClose={() => setEnding(false)}>
          <p>{t("access.end_token_consequence")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}
