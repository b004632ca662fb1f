// The way a turn of a talk went, in the parts of the draft: which connection was taken, which rules were tried. Pure.
import type { Schemas } from "../../../api/client";
import { withValueAt } from "../graph/merging";
import { connectionsOf, type Draft, type Fields, groupsOf, type Id } from "../graph/model";
import { ruleInWords } from "../graph/rules";
import { withScope } from "../graph/variables";

export type Turn = Schemas["TalkOut"];

export interface Tried {
  id: string;
  stepId: Id | null;
  connectionId: Id | null;
  /** The rule as the card says it. */
  words: string;
  isHeld: boolean;
  /** What the rules saw: path and value. */
  seen: { rule: string; value: string }[];
}

interface Placed {
  ordinal?: number | null;
}

/** Places in a turn are those of the document: in the order in which the parts are stored, not in that of their turn. */
function asStored(ids: readonly Id[], partOf: (id: Id) => Placed | undefined): Id[] {
  if (ids.length < 2) return [...ids];
  const place = (id: Id) => partOf(id)?.ordinal ?? Number.MAX_VALUE;
  return [...ids].sort((one, other) => place(one) - place(other));
}

/** Groups of a step (none: the master groups) as a document lists them. */
export const storedGroups = (draft: Draft, stepId: Id | null): Id[] =>
  asStored(groupsOf(draft, stepId), (id) => draft.connection_group.get(id));

export const storedConnections = (draft: Draft, groupId: Id): Id[] =>
  asStored(connectionsOf(draft, groupId), (id) => draft.connection.get(id));

/** The connection at a place; null inside of templates, whose steps are not on the canvas, and where it was removed. */
export function connectionAt(draft: Draft, step: string, group: number, connection: number): Id | null {
  const groupId = storedGroups(draft, step || null)[group];
  return groupId === undefined ? null : (storedConnections(draft, groupId)[connection] ?? null);
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** The rules that a turn tried, in their order. */
export function triedRules(draft: Draft, turn: Turn, language: "en" | "ru"): Tried[] {
  return turn.trace.flatMap((entry, index) => {
    if (entry.at !== "connection") return [];
    const step = String(entry.step ?? "");
    const connectionId = connectionAt(draft, step, Number(entry.group), Number(entry.connection));
    const rules = connectionId ? draft.connection.get(connectionId)?.rules : undefined;
    const reasons = Array.isArray(entry.rules) ? (entry.rules as Record<string, unknown>[]) : [];
    return [
      {
        id: `${index}`,
        stepId: step || null,
        connectionId,
        words: ruleInWords(rules ?? {}, language),
        isHeld: entry.held === true,
        seen: reasons.map((reason) => ({ rule: textOf(reason.rule), value: textOf(reason.value ?? reason.unusable) })),
      },
    ];
  });
}

/** Everything that glows on the canvas: steps and connections of all turns so far. */
export function walked(draft: Draft, turns: readonly Turn[]): { steps: Set<Id>; connections: Set<Id> } {
  const steps = new Set(turns.flatMap((turn) => turn.entered));
  const connections = new Set<Id>();
  for (const turn of turns) {
    for (const { step, group, connection } of turn.taken) {
      const id = connectionAt(draft, step, group, connection);
      if (id) connections.add(id);
    }
    for (const entry of turn.trace) if (entry.at === "timeout") connections.add(`timeout:${String(entry.step)}`);
  }
  return { steps, connections };
}

/** The variables of a talk with one set by its path: "session.age"; a name alone is one of the session. `begun` are the
 * bot's own before the first turn. Null where the path names no scope that is kept. */
export function withVariable(
  state: Turn["state"] | null,
  path: string,
  value: unknown,
  begun: Fields,
): Turn["state"] | null {
  const [scope, ...keys] = withScope(path.trim()).split(".");
  if (!keys.length || keys.includes("")) return null;
  if (!(scope === "session" || scope === "user" || scope === "bot" || scope === "channel")) return null;
  const now = state ?? { session: {}, user: {}, bot: null, channel: {}, frames: [] };
  const before = scope === "bot" ? (now.bot ?? begun) : now[scope];
  return { ...now, [scope]: withValueAt(before ?? {}, keys, value) };
}

/** A value as a person writes it: JSON where it is some, else text. */
export function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value as a person would write it: `typedValue` makes the same of it. */
export function writtenValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  return typedValue(value) === value ? value : JSON.stringify(value);
}

export const shownValue = (value: unknown): string => {
  const text = textOf(value) ?? "";
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
};
