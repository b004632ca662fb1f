// Edits made on one version of a draft, put onto another one: field by field, so that two people lose nothing. Pure.
import { applied, type Change, type Draft, type Fields, Inapplicable, type Json, type Kind, partOf } from "./model";

export interface Rebased {
  draft: Draft;
  changes: Change[];
  /** Edits of parts that somebody else removed meanwhile. */
  lost: Change[];
}

function isObject(value: Json): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function equal(one: Json, other: Json): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** My value for a field, with what the others changed inside of it where both are objects (a message's text here, its
 * buttons there). */
function merged(base: Json, mine: Json, theirs: Json): Json {
  if (!isObject(base) || !isObject(mine) || !isObject(theirs)) return mine;
  const result: Fields = { ...theirs };
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (equal(base[name], mine[name])) continue;
    if (name in mine) result[name] = merged(base[name], mine[name], theirs[name]);
    else delete result[name];
  }
  return result;
}

/** `changes` were made on `base`; `theirs` is how the draft is now. */
export function rebased(base: Draft, theirs: Draft, changes: readonly Change[]): Rebased {
  let draft = theirs;
  let mineBefore = base;
  const kept: Change[] = [];
  const lost: Change[] = [];
  for (const change of changes) {
    const fitting = fitted(mineBefore, draft, change);
    mineBefore = advanced(mineBefore, change);
    if (fitting === "lost") lost.push(change);
    if (typeof fitting === "string") continue;
    draft = applied(draft, [fitting]).draft;
    kept.push(fitting);
  }
  return { draft, changes: kept, lost };
}

function advanced(draft: Draft, change: Change): Draft {
  try {
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

function fitted(base: Draft, theirs: Draft, change: Change): Change | "lost" | "done" {
  const there = partOf(theirs, change.kind, change.id) as Fields | undefined;
  if (change.op === "remove") return there ? change : "done";
  const parent = PARENTS[change.kind];
  const parentId = parent && change.fields[parent[0]];
  if (parent && typeof parentId === "string" && !partOf(theirs, parent[1], parentId)) return "lost";
  if (change.kind === "template_instance" && !theirs.step.has(change.id)) return "lost";
  const fields = loosened(theirs, change);
  if (change.op === "add") return there ? { ...change, op: "update", fields } : { ...change, fields };
  if (!there) return "lost";
  const before = (partOf(base, change.kind, change.id) ?? there) as Fields;
  const names = Object.keys(fields);
  return {
    ...change,
    fields: Object.fromEntries(names.map((name) => [name, merged(before[name], fields[name], there[name])])),
  };
}

/** Links to steps that are gone lead nowhere. */
function loosened(theirs: Draft, { kind, fields, id }: Change): Fields {
  const result = { ...fields };
  for (const name of LINKS[kind] ?? []) {
    const target = result[name];
    if (typeof target === "string" && target !== id && !theirs.step.has(target)) result[name] = null;
  }
  return result;
}
