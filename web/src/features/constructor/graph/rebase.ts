// Edits made on one version of a draft, put onto another one: leaf by leaf, so that two people lose nothing without
// being told. Pure.
import { type Clash, goneRoots, isTreeChanged, type Named, QUIET, revivalOf, rootOf, treeOf } from "./clashes";
import { merged } from "./merging";
import { applied, type Change, type Draft, type Fields, Inapplicable, type Kind, partOf } from "./model";

export interface Rebased {
  draft: Draft;
  changes: Change[];
  /** Edits of parts that somebody else removed meanwhile. */
  lost: Change[];
  /** Where both did something to the same; mine stands, but for parts that are gone. */
  clashes: Clash[];
}

/** `changes` were made on `base`; `theirs` is how the draft is now. */
export function rebased(base: Draft, theirs: Draft, changes: readonly Change[]): Rebased {
  const clashes = removedUnder(base, theirs, changes);
  let draft = theirs;
  let mine = base;
  const kept: Change[] = [];
  const lost: Change[] = [];
  for (const change of changes) {
    const fitting = fitted(mine, draft, change, clashes);
    mine = advanced(mine, change);
    if (fitting === "lost") lost.push(change);
    if (typeof fitting === "string") continue;
    for (const each of fitting) {
      draft = applied(draft, [each]).draft;
      kept.push(each);
    }
  }
  for (const [kind, id] of goneRoots(mine, draft, changes.flatMap(namedIn)))
    clashes.push({
      kind,
      id,
      path: [],
      stands: "theirs",
      mine: null,
      theirs: null,
      revival: revivalOf(mine, kind, id),
    });
  return { draft, changes: kept, lost, clashes };
}

/** What I removed and somebody else changed meanwhile. */
function removedUnder(base: Draft, theirs: Draft, changes: readonly Change[]): Clash[] {
  const removed = changes.filter((change) => change.op === "remove");
  const gone = new Set(removed.map((change) => `${change.kind} ${change.id}`));
  const roots = new Map<string, Named>();
  for (const { kind, id } of removed) {
    const root = rootOf(base, kind, id);
    const whole: Named = gone.has(root.join(" ")) ? root : [kind, id];
    if (partOf(base, ...whole) && partOf(theirs, ...whole)) roots.set(whole.join(" "), whole);
  }
  return [...roots.values()]
    .filter(([kind, id]) => isTreeChanged(base, theirs, kind, id))
    .map(([kind, id]) => {
      const revival = revivalOf(theirs, kind, id);
      return { kind, id, path: [], stands: "mine", mine: null, theirs: null, revival };
    });
}

function advanced(draft: Draft, change: Change): Draft {
  const isThere = change.op === "add" && partOf(draft, change.kind, change.id) !== undefined;
  try {
    if (isThere) return applied(draft, [{ ...change, op: "remove", fields: {} }, change]).draft;
    return applied(draft, [change]).draft;
  } catch (error) {
    if (error instanceof Inapplicable) return draft; // The base was not known any more.
    throw error;
  }
}

const PARENTS: Partial<Record<Kind, [name: string, kind: Kind]>> = {
  connection_group: ["step_id", "step"],
  connection: ["group_id", "connection_group"],
};
const LINKS: Partial<Record<Kind, readonly string[]>> = {
  bot: ["first_step_id"],
  step: ["timeout_step_id"],
  connection: ["next_step_id"],
  note: ["step_id"],
};

/** The part of a change, and the steps that it leads to. */
function namedIn({ kind, id, fields }: Change): Named[] {
  const targets = (LINKS[kind] ?? []).flatMap((name): Named[] => {
    const target = fields[name];
    return typeof target === "string" ? [["step", target]] : [];
  });
  const parent = PARENTS[kind];
  const parentId = parent && fields[parent[0]];
  return [[kind, id], ...targets, ...(parent && typeof parentId === "string" ? [[parent[1], parentId] as Named] : [])];
}

function fitted(base: Draft, theirs: Draft, change: Change, clashes: Clash[]): Change[] | "lost" | "done" {
  const there = partOf(theirs, change.kind, change.id) as Fields | undefined;
  if (change.op === "remove") return there ? withBranches(theirs, change) : "done";
  const parent = PARENTS[change.kind];
  const parentId = parent && change.fields[parent[0]];
  if (parent && typeof parentId === "string" && !partOf(theirs, parent[1], parentId)) return "lost";
  if (change.kind === "template_instance" && !theirs.step.has(change.id)) return "lost";
  const fields = loosened(theirs, change);
  if (change.op === "add" && !there) return [{ ...change, fields }];
  // It had arrived, though nobody told us; what was made of it since, by us or others, stays.
  if (change.op === "add" && change.kind !== "template_instance") return "done";
  if (!there) return "lost";
  const before = (partOf(base, change.kind, change.id) ?? there) as Fields;
  const result: Fields = {};
  for (const [name, mine] of Object.entries(fields))
    result[name] = merged(before[name], mine, there[name], "mine", [name], (found) => {
      if (!QUIET.has(name)) clashes.push({ kind: change.kind, id: change.id, stands: "mine", revival: [], ...found });
    });
  return [{ ...change, op: "update", fields: result }];
}

/** Whoever removes a step removes what somebody else hung on it, too: nothing may hang in the air. */
function withBranches(theirs: Draft, change: Change): Change[] {
  const below = treeOf(theirs, change.kind, change.id).filter(([, id]) => id !== change.id);
  return [...below.reverse().map(([kind, id]): Change => ({ op: "remove", kind, id, fields: {} })), change];
}

/** Links to steps that are gone lead nowhere. */
export function loosened(theirs: Draft, { kind, fields, id }: Change): Fields {
  const result = { ...fields };
  for (const name of LINKS[kind] ?? []) {
    const target = result[name];
    if (typeof target === "string" && target !== id && !theirs.step.has(target)) result[name] = null;
  }
  return result;
}
