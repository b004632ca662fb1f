// What leads from one draft to another, as changes; for what the server did in one go, so that it can be undone. Pure.
import type { Change, Draft, Fields, Id, Op, WirePart } from "./model";

const ORDER = ["widget", "request", "step", "template_instance", "connection_group", "connection", "note"] as const;
type TableKind = (typeof ORDER)[number];
const equal = (one: unknown, other: unknown) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** Parts are added from the outside in, then changed, then removed from the inside out. Places (`ordinal`) are the
 * server's own and left out. */
export function changesBetween(before: Draft, after: Draft): Change[] {
  const added = ORDER.flatMap((kind) => only(before, after, kind, "add"));
  const updated = ORDER.flatMap((kind) => updates(before, after, kind));
  const removed = [...ORDER].reverse().flatMap((kind) => only(after, before, kind, "remove"));
  return [...added, ...updated, ...botUpdate(before, after), ...removed];
}

const tableOf = (draft: Draft, kind: TableKind) => draft[kind] as unknown as ReadonlyMap<Id, Fields>;

function only(without: Draft, having: Draft, kind: TableKind, op: Op): Change[] {
  const known = tableOf(without, kind);
  return [...tableOf(having, kind)].flatMap(([id, { ordinal: _, ...fields }]): Change[] =>
    known.has(id) ? [] : [{ op, kind, id, fields: op === "add" ? fields : {} }],
  );
}

function updates(before: Draft, after: Draft, kind: TableKind): Change[] {
  const old = tableOf(before, kind);
  return [...tableOf(after, kind)].flatMap(([id, now]): Change[] => {
    const was = old.get(id);
    if (!was || was === now) return [];
    const names = Object.keys(now).filter((name) => name !== "ordinal" && !equal(was[name], now[name]));
    if (!names.length) return [];
    return [{ op: "update", kind, id, fields: Object.fromEntries(names.map((name) => [name, now[name]])) }];
  });
}

function botUpdate(before: Draft, after: Draft): Change[] {
  if (before.bot.first_step_id === after.bot.first_step_id) return [];
  const fields = { first_step_id: after.bot.first_step_id };
  return [{ op: "update", kind: "bot", id: after.botId, fields }];
}

const placeOf = (kind: string) => (ORDER as readonly string[]).indexOf(kind);
const nameOf = ({ kind, id }: { kind: string; id: Id }) => `${kind} ${id}`;

/** What was done to a list of parts by hand: added, changed, left out. */
export function changesOfParts(before: readonly WirePart[], after: readonly WirePart[]): Change[] {
  const old = new Map(before.map((part) => [nameOf(part), part.fields]));
  const kept = new Set(after.map(nameOf));
  const changes = after.flatMap(({ kind, id, fields }): Change[] => {
    const was = old.get(nameOf({ kind, id }));
    if (!was) return [{ op: "add", kind: kind as Change["kind"], id, fields }];
    const names = Object.keys(fields).filter((name) => !equal(was[name], fields[name]));
    const news = Object.fromEntries(names.map((name) => [name, fields[name]]));
    return names.length ? [{ op: "update", kind: kind as Change["kind"], id, fields: news }] : [];
  });
  const gone = before.filter((part) => !kept.has(nameOf(part)));
  const removed = gone.map(({ kind, id }): Change => ({ op: "remove", kind: kind as Change["kind"], id, fields: {} }));
  const inward = (one: Change, other: Change) => placeOf(one.kind) - placeOf(other.kind);
  return [...changes.sort(inward), ...removed.sort(inward).reverse()];
}
