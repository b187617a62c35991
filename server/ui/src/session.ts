// Whether somebody is signed in, and who.
import { batch, effect, signal } from "@preact/signals";
import { Problem, whenUnauthorized } from "./api/client";
import * as api from "./api/session";
import { forgetDrafts, ownerOf } from "./drafts";
import { timeZone } from "./i18n";
import { go } from "./route";

type Session =
  | { state: "out" }
  | { state: "unreachable" }
  | { state: "in"; me: api.Me }
  | { state: "expired"; me: api.Me }; // was in: the page stays as it is behind the sign-in form

export const session = signal<Session>({ state: "out" });

effect(() => {
  const now = session.value;
  timeZone.value = "me" in now ? now.me.time_zone : undefined;
  if ("me" in now) forgetDrafts(ownerOf(now.me));
});

whenUnauthorized(() => {
  const now = session.value;
  session.value = "me" in now ? { state: "expired", me: now.me } : { state: "out" };
});

/** Asks the server who is signed in. */
export async function refresh() {
  try {
    session.value = { state: "in", me: await api.me() };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) session.value = { state: "unreachable" };
  }
}

export async function signIn(credentials: api.Credentials) {
  session.value = { state: "in", me: await api.login(credentials) };
}

/** Makes the first admin's account, and signs in. */
export async function setUp(token: string, password: string) {
  session.value = { state: "in", me: await api.setUp(token, password) };
}

/** Ends the session. address: where the sign-in page stands then, if not where one is. */
export async function signOut(address?: string) {
  try {
    await api.logout();
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 401)) throw problem; // 401: was out already
  }
  batch(() => {
    session.value = { state: "out" };
    if (address) go(address, { replace: true });
  });
  forgetDrafts();
}

/** The name of the organisation that the page is about. */
export function orgName(): string {
  const now = session.value;
  return "me" in now ? now.me.org_name || now.me.org : "";
}

/** Whether the person in front of the page may do what needs the capability. */
export function may(capability: api.Capability): boolean {
  const now = session.value;
  return "me" in now && now.me.capabilities.includes(capability);
}
