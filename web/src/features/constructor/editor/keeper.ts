// Edits that the server does not have yet, in the browser's storage: one entry for each tab, taken over from tabs that
// are gone.
import type { Id } from "../graph/model";
import type { Keeper, Kept } from "../graph/queue";

const PREFIX = "dbcv.edits.";

async function isAlone(name: string): Promise<boolean> {
  // `locks` exists in secure contexts only; elsewhere taking over twice is harmless, edits can be repeated.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? locks.request(name, { ifAvailable: true }, (lock) => lock !== null) : true;
}

/** Holds a lock for as long as the page lives, so that other tabs know that its edits are looked after. */
function holdLock(name: string): void {
  const locks = navigator.locks as LockManager | undefined;
  void locks?.request(name, () => new Promise(() => undefined));
}

function readAll(prefix: string): [string, Kept[]][] {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  return names.map((name) => [name, read(localStorage.getItem(name))]);
}

function read(text: string | null): Kept[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    // A page before may have taken over what another one left.
    return Array.isArray(found)
      ? found.filter((each) => Array.isArray(each?.changes) && Array.isArray(each?.bases))
      : [];
  } catch {
    return []; // Not ours, or cut short.
  }
}

/** The keeper of a bot's edits, with what tabs that are gone have left. */
export async function keeperOf(botId: Id): Promise<Keeper> {
  const prefix = `${PREFIX}${botId}.`;
  const own = `${prefix}${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  const found: Kept[] = [];
  try {
    for (const [name, kept] of readAll(prefix))
      if (await isAlone(name)) {
        found.push(...kept);
        localStorage.removeItem(name);
      }
    if (found.length) localStorage.setItem(own, JSON.stringify(found));
    holdLock(own);
  } catch {
    return { keep: () => undefined, kept: () => found }; // Storage is blocked: edits live as long as the page.
  }
  return { keep: (kept) => keep(own, kept), kept: () => found };
}

function keep(name: string, kept: Kept): void {
  try {
    if (kept.changes.length) localStorage.setItem(name, JSON.stringify([kept]));
    else localStorage.removeItem(name);
  } catch {
    // Full: the page itself still holds them.
  }
}
