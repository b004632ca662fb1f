// Where two people did something to the same: what stands, what does not, and the changes that bring the other back.
import { equal, type Path } from "./merging";
import {
  type Change,
  connectionsOf,
  type Draft,
  type Fields,
  groupsOf,
  type Id,
  type Json,
  type Kind,
  partOf,
} from "./model";

export interface Clash {
  kind: Kind;
  id: Id;
  /** The way to the value; empty where the whole part is gone. */
  path: Path;
  stands: "mine" | "theirs";
  mine: Json;
  theirs: Json;
  /** Of a part that is gone: what brings it back. */
  revival: Change[];
}

/** Fields that nobody misses: where a card lies, its number. */
export const QUIET: ReadonlySet<string> = new Set(["position", "ordinal", "priority"]);

export type Named = readonly [kind: Kind, id: Id];

/** The part that a person sees as a whole and this one belongs to: a step, a note, a request. */
export function rootOf(draft: Draft, kind: Kind, id: Id): Named {
  if (kind === "template_instance") return ["step", id];
  const groupId = kind === "connection" ? draft.connection.get(id)?.group_id : kind === "connection_group" ? id : null;
  const stepId = groupId ? draft.connection_group.get(groupId)?.step_id : null;
  return stepId
    ? ["step", stepId]
    : groupId && draft.connection_group.has(groupId)
      ? ["connection_group", groupId]
      : [kind, id];
}

/** A part with all that hangs on it, parents first. */
export function treeOf(draft: Draft, kind: Kind, id: Id): Named[] {
  const groups = kind === "step" ? groupsOf(draft, id) : kind === "connection_group" ? [id] : [];
  const below = groups.flatMap((group): Named[] => [
    ["connection_group", group],
    ...connectionsOf(draft, group).map((each): Named => ["connection", each]),
  ]);
  if (kind === "connection_group") return below;
  const instance: Named[] = kind === "step" && draft.template_instance.has(id) ? [["template_instance", id]] : [];
  return [[kind, id], ...instance, ...below];
}

function loud(part: Fields | undefined): Fields {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([name]) => !QUIET.has(name)));
}

/** Whether a part or something that hangs on it was changed between two drafts. */
export function isTreeChanged(before: Draft, now: Draft, kind: Kind, id: Id): boolean {
  const names = new Map(
    [...treeOf(before, kind, id), ...treeOf(now, kind, id)].map((named) => [named.join(" "), named]),
  );
  return [...names.values()].some(([each, its]) => {
    const [was, is] = [partOf(before, each, its) as Fields | undefined, partOf(now, each, its) as Fields | undefined];
    return !was !== !is || !equal(loud(was), loud(is));
  });
}

/** What brings a part back as `from` has it, with what hangs on it and what led to it. */
export function revivalOf(from: Draft, kind: Kind, id: Id): Change[] {
  const adds = treeOf(from, kind, id).flatMap(([each, its]): Change[] => {
    const part = partOf(from, each, its) as Fields | undefined;
    return part ? [{ op: "add", kind: each, id: its, fields: { ...part, ordinal: null } }] : [];
  });
  for (const add of adds) if (add.kind === "template_instance") delete add.fields.ordinal;
  return kind === "step" ? [...adds, ...linksTo(from, id)] : adds;
}

function linksTo(from: Draft, id: Id): Change[] {
  const found: Change[] = [];
  const own = new Set(groupsOf(from, id));
  const lead = (kind: Kind, part: Id, fields: Fields) => found.push({ op: "update", kind, id: part, fields });
  if (from.bot.first_step_id === id) lead("bot", from.botId, { first_step_id: id });
  for (const [each, { next_step_id, group_id }] of from.connection)
    if (next_step_id === id && !own.has(group_id ?? "")) lead("connection", each, { next_step_id: id });
  for (const [each, step] of from.step)
    if (step.timeout_step_id === id && each !== id) lead("step", each, { timeout_step_id: id });
  for (const [each, note] of from.note) if (note.step_id === id) lead("note", each, { step_id: id });
  return found;
}

const LINKS = ["first_step_id", "timeout_step_id", "next_step_id", "step_id"] as const;

function isParent(now: Draft, added: ReadonlySet<Id>, id: Id): boolean {
  return now.step.has(id) || now.connection_group.has(id) || added.has(id);
}

/** Of a revival, what fits the draft as it is now: what came back already stays, links that lead elsewhere stay. */
export function fitting(now: Draft, revival: readonly Change[]): Change[] {
  const added = new Set(revival.filter((change) => change.op === "add").map((change) => change.id));
  const isThere = (id: Json) => typeof id !== "string" || now.step.has(id) || added.has(id);
  return revival.flatMap((change): Change[] => {
    const there = partOf(now, change.kind, change.id) as Fields | undefined;
    if (change.op === "add") {
      const parent = change.kind === "connection" ? change.fields.group_id : change.fields.step_id;
      const isHeld = typeof parent !== "string" || change.kind === "note" || isParent(now, added, parent);
      if (!isHeld) return [];
      const fields = { ...change.fields };
      for (const name of LINKS) if (!isThere(fields[name])) fields[name] = null;
      return there ? [] : [{ ...change, fields }];
    }
    const isFree = there && Object.keys(change.fields).every((name) => !there[name] || change.kind === "bot");
    return isFree ? [change] : [];
  });
}

/** Parts that `before` had and `now` has not, among those named, each once as the whole it belongs to. */
export function goneRoots(before: Draft, now: Draft, named: readonly Named[]): Named[] {
  const found = new Map<string, Named>();
  for (const [kind, id] of named) {
    if (!partOf(before, kind, id) || kind === "bot") continue;
    const root = rootOf(before, kind, id);
    const gone: Named = partOf(now, ...root) ? [kind, id] : root;
    if (!partOf(now, ...gone)) found.set(gone.join(" "), gone);
  }
  return [...found.values()];
}
