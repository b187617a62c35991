// One way to call the server: JSON in and out, problems (RFC 9457) as exceptions.

/** What the server answered instead of the thing asked for, or that it did not answer. */
export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no answer
    readonly code: string,
    detail: string,
    /** Messages by field: "value", "hosts[0]"; the locations of the server without "body." or "path.". */
    readonly fields: Record<string, string> = {},
    /** Seconds to wait before the next try, where the server says so. */
    readonly retryAfter?: number,
  ) {
    super(detail);
  }
}

interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
  errors?: { location: string; message: string }[];
}

export interface Page<T> {
  items: T[];
  next_cursor?: string;
}

let unauthorized = () => {};

/** Registers what happens when the server no longer knows the session. */
export function whenUnauthorized(then: () => void) {
  unauthorized = then;
}

export const get = <T>(path: string) => call<T>("GET", path);
export const postFile = <T>(path: string, file: Blob) => call<T>("POST", path, file);
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, body);
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, body);
export const patch = <T>(path: string, body: unknown) => call<T>("PATCH", path, body);
export const del = (path: string) => call<void>("DELETE", path);

/** The path with a query of those values that are not empty. */
export function withParams(path: string, params: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, String(value));
  return query.size ? `${path}?${query}` : path;
}

/** Fetches every page of a list. For lists that are small by nature. */
export async function getAll<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor = "";
  do {
    const page = await get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}limit=500${cursor && "&cursor=" + encodeURIComponent(cursor)}`);
    items.push(...page.items);
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return items;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await send(method, path, body);
  if (reply.ok) return (reply.status === 204 ? undefined : await reply.json()) as T;
  const problem = await read(reply);
  if (problem.status === 401 && path !== "/login") unauthorized();
  throw problem;
}

async function send(method: string, path: string, body: unknown) {
  const init: RequestInit = { method, cache: "no-store", credentials: "same-origin" };
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { "Content-Type": "application/octet-stream" };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  try {
    return await fetch("/api/v1" + path, init);
  } catch {
    throw new Problem(0, "unreachable", "the server did not answer");
  }
}

async function read(reply: Response): Promise<Problem> {
  const body: ProblemBody = await reply.json().catch(() => ({})); // a proxy's error page is no JSON
  const fields: Record<string, string> = {};
  for (const { location, message } of body.errors ?? []) fields[location.replace(/^(body|path)\./, "")] ??= message;
  const wait = Number(reply.headers.get("Retry-After"));
  return new Problem(reply.status, body.code ?? "", body.detail ?? body.title ?? reply.statusText, fields, wait || undefined);
}
