import { listUsers } from "../../api/access";
import { Failure } from "../../components/Failure";
import { Skeleton } from "../../components/Skeleton";
import { ListFoot, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { useLoaded } from "../../components/useLoaded";
import { t } from "../../i18n";
import { go, path, route } from "../../route";
import { session } from "../../session";
import { UserEditor } from "./UserEditor";

const home = path("access", "users");

/** Who may sign in. */
export function UserList({ open }: { open: string | undefined }) {
  const { data: users, failure, reload } = useLoaded("users", listUsers);
  const now = session.value;
  const own = "me" in now ? now.me.name : "";
  const opened = users?.find((user) => user.name === open);
  const saved = () => {
    go(home);
    void reload();
  };
  return (
    <>
      <Failure text={failure} again={reload} />
      {!users && !failure && <Skeleton />}
      {users && (
        <>
          <Table
            label={t("access.users")}
            items={users}
            idOf={(user) => user.name}
            address={(user) => path("access", "users", user.name)}
            nameLabel={t("access.name")}
            nameWidth="minmax(0, 2fr)"
            name={(user) => user.name}
            below={(user) => user.name === own && <span class="muted">{t("access.you")}</span>}
            columns={[
              { label: t("access.role"), width: "minmax(0, 1fr)", cell: (user) => t(`role.${user.role}`) },
              { label: t("access.changed"), width: "minmax(0, 1fr)", cell: (user) => <Time at={new Date(user.updated_at)} /> },
            ]}
          />
          <ListFoot add />
        </>
      )}
      {users && open && !opened && <Failure text={t("unknown_thing")} />}
      {users && (route.value.query.get("new") || opened) && (
        <UserEditor key={opened?.name ?? ""} user={opened} taken={users.map((user) => user.name)} onClose={() => go(home)} onDone={saved} />
      )}
    </>
  );
}
