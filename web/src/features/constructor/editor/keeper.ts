// Edits that the server does not have yet, in the browser's storage: one entry for each tab. Who is gone has let go of
// its lock, closed, crashed or discarded: whichever tab has the bot open then, or opens it next, takes its edits over.
import { useSession } from "../../../session/session";
import type { Id } from "../graph/model";
import type { Keeper, Kept } from "../graph/queue";

const PREFIX = "dbcv.edits.";

/** Exists in secure contexts only; elsewhere taking over twice is harmless, edits can be repeated. */
const locks = () => navigator.locks as LockManager | undefined;

async function isAlone(name: string): Promise<boolean> {
  return locks()?.request(name, { ifAvailable: true }, (lock) => lock !== null) ?? true;
}

/** Holds a lock for as long as the page lives, so that other tabs know that its edits are looked after. Comes back once
 * it is held, with the way to let go. */
function heldLock(name: string): Promise<() => void> {
  return new Promise((held) => {
    const manager = locks();
    if (!manager) return held(() => undefined);
    void manager.request(name, () => new Promise<void>((release) => held(release)));
  });
}

function read(name: string): Kept[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name) ?? "[]");
    // A page before may have taken over what another one left.
    return Array.isArray(found)
      ? found.filter((each) => Array.isArray(each?.changes) && Array.isArray(each?.bases))
      : [];
  } catch {
    return []; // Not ours, or cut short.
  }
}

const namesLike = (prefix: string) => Object.keys(localStorage).filter((name) => name.startsWith(prefix));

/** The keeper of a bot's edits, with what tabs that are gone have left: those of who is logged in, so that nobody's edits
 * are sent as another's. */
export async function keeperOf(botId: Id): Promise<Keeper> {
  const prefix = `${PREFIX}${useSession.getState().access?.userId ?? ""}.${botId}.`;
  const own = `${prefix}${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  const found: Kept[] = [];
  try {
    const release = await heldLock(own);
    for (const name of namesLike(prefix)) {
      if (!(await isAlone(name))) continue;
      found.push(...read(name));
      if (found.length) localStorage.setItem(own, JSON.stringify(found));
      localStorage.removeItem(name);
    }
    return {
      keep: (kept) => keep(own, kept),
      kept: () => found,
      watch: (take) => watch(prefix, own, take),
      release,
    };
  } catch {
    return { keep: () => undefined, kept: () => found }; // Storage is blocked: edits live as long as the page.
  }
}

function keep(name: string, kept: Kept): void {
  try {
    if (kept.changes.length) localStorage.setItem(name, JSON.stringify([kept]));
    else localStorage.removeItem(name);
  } catch {
    // Full: the page itself still holds them.
  }
}

/** Stands in line for the lock of every tab that has edits here: its turn comes in the moment that tab is gone. */
function watch(prefix: string, own: string, take: (kept: Kept[]) => void): () => void {
  const manager = locks();
  const waiting = new Set<string>();
  const end = new AbortController();
  const takeOver = (name: string) => {
    waiting.delete(name);
    const kept = read(name);
    if (kept.length) take(kept);
    localStorage.removeItem(name);
  };
  const wait = (name: string) => {
    if (!manager || name === own || waiting.has(name)) return;
    waiting.add(name);
    // Only the end of this page's own interest ends the wait.
    manager.request(name, { signal: end.signal }, () => takeOver(name)).catch(() => undefined);
  };
  const heard = ({ key, newValue }: StorageEvent) => {
    if (key?.startsWith(prefix) && newValue !== null) wait(key);
  };
  for (const name of namesLike(prefix)) wait(name);
  addEventListener("storage", heard);
  return () => {
    removeEventListener("storage", heard);
    end.abort();
  };
}
