// What to show for whom: the way in, or the frame with a page in it.
import { Setup } from "./entry/Setup";
import { SignIn, SignInAgain } from "./entry/SignIn";
import { Unreachable } from "./entry/Unreachable";
import { PageToasts } from "./components/Toasts";
import { Frame } from "./frame/Frame";
import { NoPage } from "./frame/NoPage";
import { PageView } from "./frame/PageView";
import { pagesFor } from "./pages";
import { go, path, route } from "./route";
import { session } from "./session";
import { useEffect } from "preact/hooks";

export function App() {
  const now = session.value;
  if (route.value.page === "setup") return <Setup token={route.value.query.get("token") ?? ""} />;
  if (now.state === "unreachable") return <Unreachable />;
  if (now.state === "out") return <SignIn />;
  return (
    <>
      <CurrentPage key={`${now.me.org}/${now.me.name}`} />
      {now.state === "expired" && <SignInAgain me={now.me} />}
      <PageToasts />
    </>
  );
}

/** The page that the address names; the first one for the bare address. */
function CurrentPage() {
  const now = session.value;
  const pages = "me" in now ? pagesFor(now.me.capabilities) : [];
  const name = route.value.page;
  const first = pages[0];
  const current = pages.find((page) => page.name === name);

  useEffect(() => {
    if (!name && first) go(path(first.name), { replace: true });
  }, [name, first]);

  if (!name && first) return null; // on its way there
  return (
    <Frame pages={pages} current={current}>
      {current ? <PageView page={current} /> : <NoPage first={first} />}
    </Frame>
  );
}
