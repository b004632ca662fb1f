// Going back one step in a draft that others change too: only what I did is taken back, what they made of it stays. Pure.
import { merged } from "./merging";
import { type Change, type Draft, type Fields, type Json, partOf } from "./model";
import { loosened } from "./rebase";

/** What is left of `back` (changes that lead back from what `done` made) in the draft as it is now. */
export function takenBack(draft: Draft, done: readonly Change[], back: readonly Change[]): Change[] {
  const made = madeBy(done);
  return back.flatMap((change): Change[] => {
    const there = partOf(draft, change.kind, change.id) as Fields | undefined;
    if (change.op === "remove") return there ? [change] : [];
    if (change.op === "add")
      return there || !isHeld(draft, back, change) ? [] : [{ ...change, fields: loosenedFor(draft, back, change) }];
    if (!there) return [];
    const fields = stillMine(made, there, { ...change, fields: loosenedFor(draft, back, change) });
    return Object.keys(fields).length ? [{ ...change, fields }] : [];
  });
}

/** Whether what it hangs on is there, or comes back with it. */
function isHeld(draft: Draft, back: readonly Change[], { kind, fields }: Change): boolean {
  const parent = kind === "connection" ? fields.group_id : kind === "connection_group" ? fields.step_id : null;
  if (typeof parent !== "string") return true;
  return draft.step.has(parent) || draft.connection_group.has(parent) || back.some((each) => each.id === parent);
}

type Made = ReadonlyMap<string, Json>;

function madeBy(done: readonly Change[]): Made {
  const made = new Map<string, Json>();
  for (const { op, kind, id, fields } of done)
    if (op !== "remove") for (const [name, value] of Object.entries(fields)) made.set(`${kind} ${id} ${name}`, value);
  return made;
}

function stillMine(made: Made, there: Fields, { kind, id, fields }: Change): Fields {
  const result: Fields = {};
  for (const [name, before] of Object.entries(fields)) {
    const key = `${kind} ${id} ${name}`;
    const value = made.has(key)
      ? merged(made.get(key), before, there[name], "theirs", [name], () => undefined)
      : before;
    if (value !== there[name]) result[name] = value;
  }
  return result;
}

/** Links may lead to steps that come back by the same command. */
function loosenedFor(draft: Draft, back: readonly Change[], change: Change): Fields {
  const coming = new Set(back.filter((each) => each.op === "add").map((each) => each.id));
  const loose = loosened(draft, change);
  for (const [name, value] of Object.entries(change.fields))
    if (typeof value === "string" && coming.has(value)) loose[name] = value;
  return loose;
}
