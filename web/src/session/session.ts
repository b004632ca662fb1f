// Who is logged in here. The access token lives in memory only; the token that renews it is a cookie no script reads.
// All tabs share one renewal: whoever has the lock renews and tells the others.
import { create } from "zustand";
import { ApiError, bearer, client, dataOf, done, type Schemas } from "../api/client";

export interface Access {
  readonly token: string;
  readonly userId: string;
  readonly expiresAt: number;
}

interface SessionState {
  /** "unknown" until the first renewal of this page has answered. */
  readonly status: "unknown" | "in" | "out";
  readonly access: Access | null;
}

/** Says that this browser has logged in, so that who never did is not asked about at the server. */
const HINT_KEY = "dbcv.session";
const LOCK = "dbcv.session";
/** Renewed so long before its end, for the way there and for clocks that differ. */
const MARGIN_MS = 60_000;
const COOKIE = { query: { keep: "cookie" } } as const;

export const useSession = create<SessionState>(() => ({ status: "unknown", access: null }));

type Told = { readonly access: Access } | { readonly over: true };
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(LOCK);
others?.addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if ("over" in data) useSession.setState({ status: "out", access: null });
  else useSession.setState({ status: "in", access: data.access });
});

function readHint(): boolean {
  try {
    return localStorage.getItem(HINT_KEY) !== null;
  } catch {
    return true; // Storage is blocked: only the server knows.
  }
}

function keepHint(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(HINT_KEY, "1");
    else localStorage.removeItem(HINT_KEY);
  } catch {
    // Not kept: the next visit asks the server.
  }
}

function begin(token: Schemas["TokenOut"]): Access {
  const expiresAt = Date.now() + token.expires_in * 1000;
  const access = { token: token.access_token, userId: token.subscriber_id, expiresAt };
  useSession.setState({ status: "in", access });
  keepHint(true);
  others?.postMessage({ access } satisfies Told);
  return access;
}

function end(): void {
  useSession.setState({ status: "out", access: null });
  keepHint(false);
  others?.postMessage({ over: true } satisfies Told);
}

const isFresh = (access: Access | null): access is Access =>
  access !== null && Date.now() < access.expiresAt - MARGIN_MS;

/** Asks the server, unless another tab did so while this one waited for its turn. `stale` is the token that failed. */
async function askForNext(stale: string | null): Promise<Access | null> {
  const { access } = useSession.getState();
  if (isFresh(access) && access.token !== stale) return access;
  try {
    // `keepalive`: the answer with the next cookie must arrive also when the page is being left.
    const call = client.POST("/api/v1/login/refresh", { params: COOKIE, body: {}, keepalive: true });
    return begin(await dataOf(call));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    end();
    return null;
  }
}

let running: Promise<Access | null> | null = null;

/** The next access token, null when the login is over. Raises TypeError without a connection. */
function renew(stale: string | null): Promise<Access | null> {
  // `locks` exists in secure contexts only (https or localhost); there the server's grace of ten seconds is enough.
  const locks = navigator.locks as LockManager | undefined;
  running ??= Promise.resolve(locks ? locks.request(LOCK, () => askForNext(stale)) : askForNext(stale)).finally(() => {
    running = null;
  });
  return running;
}

/** An access token that is good now, null for who is not logged in. `stale`: one that the server has just refused. */
export async function accessToken(stale: string | null = null): Promise<string | null> {
  const { status, access } = useSession.getState();
  if (status === "out") return null;
  if (isFresh(access) && access.token !== stale) return access.token;
  return (await renew(stale))?.token ?? null;
}

/** Finds out at the beginning of a page whether somebody is logged in. */
export async function resume(): Promise<void> {
  if (useSession.getState().status !== "unknown") return;
  if (!readHint()) useSession.setState({ status: "out", access: null });
  else await renew(null);
}

export async function logIn(email: string, password: string): Promise<void> {
  const call = client.POST("/api/v1/login/access-token", {
    params: COOKIE,
    body: { username: email, password, scope: "" },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  begin(await dataOf(call));
}

export async function register(wish: Schemas["RegisterIn"]): Promise<void> {
  begin(await dataOf(client.POST("/api/v1/login/register", { params: COOKIE, body: wish })));
}

/** The last step of a log-in through a provider: its cookie becomes a session. */
export async function finishProviderLogin(): Promise<void> {
  begin(await dataOf(client.POST("/api/v1/login/oidc/token", { params: COOKIE })));
}

/** Ends the login of this browser, here at once, at the server if it can be reached. */
export async function logOut(everywhere = false): Promise<void> {
  const token = await accessToken();
  const headers = token === null ? {} : bearer(token);
  const path = everywhere ? "/api/v1/login/logout-everywhere" : "/api/v1/login/logout";
  await done(client.POST(path, { headers }));
  end();
}
