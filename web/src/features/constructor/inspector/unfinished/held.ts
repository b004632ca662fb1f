// Patterns of rules that are not finished: kept in this browser, by bot, until they can be saved. The draft holds the rule
// as it was; so the server is sent nothing that it refuses, and whoever leaves finds his words again.
import { useSyncExternalStore } from "react";
import type { Json } from "../../graph/model";

/** What stands in the fields of a rule instead of its own. `field`: the rule's when it was typed; `at`: when. */
export interface Held {
  operator: string;
  value: Json;
  field: string;
  at: number;
}

/** By connection and place, "0.2" is the third rule of the first group. */
type HeldOfBot = Readonly<Record<string, Held>>;

const PREFIX = "dbcv.unfinished.";
const MOST = 50;
const NOTHING: HeldOfBot = {};

const known = new Map<string, HeldOfBot>();
const listeners = new Set<() => void>();

function heldOf(botId: string): HeldOfBot {
  const there = known.get(botId);
  if (there) return there;
  const read = stored(botId);
  known.set(botId, read);
  return read;
}

function stored(botId: string): HeldOfBot {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PREFIX + botId) ?? "{}");
    return typeof found === "object" && found !== null ? (found as HeldOfBot) : NOTHING;
  } catch {
    return NOTHING; // Not ours, or storage is blocked: patterns live as long as the page.
  }
}

function put(botId: string, next: HeldOfBot): void {
  const newest = Object.entries(next)
    .sort(([, one], [, other]) => other.at - one.at)
    .slice(0, MOST);
  known.set(botId, Object.fromEntries(newest));
  try {
    if (newest.length) localStorage.setItem(PREFIX + botId, JSON.stringify(Object.fromEntries(newest)));
    else localStorage.removeItem(PREFIX + botId);
  } catch {
    // Full or blocked: the page itself still holds them.
  }
  for (const tell of listeners) tell();
}

export const keyOf = (connectionId: string, place: string) => `${connectionId} ${place}`;

/** Keep what is not finished; null: it is, or somebody let go of it. */
export function hold(botId: string, key: string, held: Held | null): void {
  const { [key]: before, ...others } = heldOf(botId);
  if (held) put(botId, { ...others, [key]: held });
  else if (before) put(botId, others);
}

/** A rule went: what stood in it goes, those behind it move up. `place` as in `keyOf`. */
export function closeUp(botId: string, connectionId: string, place: string): void {
  const before = heldOf(botId);
  const next = moved(before, connectionId, place);
  if (Object.keys(next).join() !== Object.keys(before).join()) put(botId, next);
}

export function moved(held: HeldOfBot, connectionId: string, place: string): HeldOfBot {
  const gone = place.split(".").map(Number);
  const depth = gone.length - 1;
  const kept = Object.entries(held).flatMap(([key, each]): [string, Held][] => {
    const [owner = "", at = ""] = key.split(" ");
    const steps = at.split(".").map(Number);
    const isBeside = owner === connectionId && gone.slice(0, depth).every((step, index) => steps[index] === step);
    const own = steps[depth] ?? -1;
    const from = gone[depth] ?? 0;
    if (!isBeside || own < from) return [[key, each]];
    return own === from ? [] : [[keyOf(owner, steps.with(depth, own - 1).join(".")), each]];
  });
  return Object.fromEntries(kept);
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** What is held for a rule whose field is still the same. */
export function useHeld(botId: string, key: string, field: string): Held | null {
  const held = useSyncExternalStore(subscribe, () => heldOf(botId)[key] ?? null);
  return held?.field === field ? held : null;
}

/** How many patterns of these connections are not finished. */
export function useUnfinishedCount(botId: string, isThere: (connectionId: string) => boolean): number {
  const held = useSyncExternalStore(subscribe, () => heldOf(botId));
  return Object.keys(held).filter((key) => isThere(key.split(" ")[0] ?? "")).length;
}
