// What a person can do to a draft, each as changes to send. Pure: `applied` does them, and says how to go back.
import {
  type Change,
  connectionsOf,
  type Draft,
  EMPTY_MESSAGE,
  type Fields,
  type GroupFields,
  groupsOf,
  type Id,
  type Kind,
  type MessageFields,
  newId,
} from "./model";
import { isOtherwise } from "./rules";

export function update(kind: Kind, id: Id, fields: Fields): Change {
  return { op: "update", kind, id, fields };
}

function add(kind: Kind, id: Id, fields: Fields): Change {
  return { op: "add", kind, id, fields };
}

function remove(kind: Kind, id: Id): Change {
  return { op: "remove", kind, id, fields: {} };
}

export type StepSort = "message" | "question" | "logic" | "request" | "code" | "integration" | "timer";
export const STEP_SORTS: readonly StepSort[] = [
  "message",
  "question",
  "logic",
  "request",
  "code",
  "integration",
  "timer",
];
const CODE = "async def main(message, variables):\n    return {}\n";
const ONE_HOUR_SECONDS = 3_600;

/** A step of its own; the first one of a bot is where it begins. */
export function addStep(
  draft: Draft,
  sort: StepSort,
  position: [number, number],
  name: string,
  id = newId(),
  integrationId: string | null = null,
): Change[] {
  const talks = sort === "message" || sort === "question";
  const fields: Fields = {
    name,
    position,
    message: talks ? EMPTY_MESSAGE : null,
    is_proxy: !talks && sort !== "timer",
    ...(sort === "timer" && { timeout_after: ONE_HOUR_SECONDS }),
  };
  const changes = [add("step", id, fields), ...workOf(sort, id, name, integrationId)];
  if (draft.step.size === 0) changes.push(update("bot", draft.botId, { first_step_id: id }));
  return changes;
}

/** A step that runs a template of the bot. */
export function addTemplateStep(
  draft: Draft,
  templateId: Id,
  position: [number, number],
  name: string,
  id = newId(),
): Change[] {
  const changes = [
    add("step", id, { name, position, is_proxy: true }),
    add("template_instance", id, { template_id: templateId }),
  ];
  if (draft.step.size === 0) changes.push(update("bot", draft.botId, { first_step_id: id }));
  return changes;
}

function workOf(sort: StepSort, stepId: Id, name: string, integrationId: string | null): Change[] {
  const groupId = newId();
  if (sort === "question") return [add("connection_group", groupId, { step_id: stepId })];
  if (sort === "code") return [add("connection_group", groupId, { step_id: stepId, search_type: "code", code: CODE })];
  if (sort === "integration")
    return [
      add("connection_group", groupId, {
        step_id: stepId,
        search_type: "integration",
        ...(integrationId !== null && { integration_id: integrationId }),
      }),
    ];
  if (sort !== "request") return [];
  const requestId = newId();
  return [
    add("request", requestId, { name }),
    add("connection_group", groupId, { step_id: stepId, search_type: "response", request_id: requestId }),
  ];
}

/** Cards to their new places; a note about a step goes along with it. */
export function move(draft: Draft, positions: ReadonlyMap<Id, [number, number]>): Change[] {
  const moves = [...positions].map(([id, position]) => update(draft.step.has(id) ? "step" : "note", id, { position }));
  for (const [id, { step_id, position }] of draft.note) {
    const from = step_id === null ? undefined : draft.step.get(step_id)?.position;
    const to = step_id === null ? undefined : positions.get(step_id);
    if (from && to && !positions.has(id))
      moves.push(update("note", id, { position: [position[0] + to[0] - from[0], position[1] + to[1] - from[1]] }));
  }
  return moves;
}

/** Lead the row with this handle to a step: a connection changes its target, a missing one is made. */
export function connect(draft: Draft, stepId: Id | null, handle: string, targetId: Id | null): Change[] {
  const [sort, id = ""] = handle.split(":", 2);
  if (sort === "timeout") return stepId === null ? [] : [update("step", stepId, { timeout_step_id: targetId })];
  if (sort === "c") return draft.connection.has(id) ? [update("connection", id, { next_step_id: targetId })] : [];
  return addConnection(draft, stepId, id || null, {}, targetId);
}

/** A connection behind those of its group, before the group's "otherwise"; where there is no group, one is made. */
export function addConnection(
  draft: Draft,
  stepId: Id | null,
  groupId: Id | null,
  rules: Fields,
  targetId: Id | null,
  id = newId(),
): Change[] {
  const known = groupId && draft.connection_group.has(groupId) ? groupId : (groupsOf(draft, stepId).at(-1) ?? null);
  const group = known ?? newId();
  const made = add("connection", id, { group_id: group, rules, next_step_id: targetId });
  if (!known) return [add("connection_group", group, { step_id: stepId }), made];
  const order = connectionsOf(draft, group);
  const otherwise = order.findIndex((each) => isOtherwise(draft.connection.get(each)?.rules));
  const place = isOtherwise(rules) || otherwise < 0 ? order.length : otherwise;
  const wanted = [...order.slice(0, place), id, ...order.slice(place)];
  made.fields.priority = place;
  return [...renumbered(draft, "connection", wanted), made];
}

/** Priorities 0, 1, 2 … in this order, for those that have another one. */
export function renumbered(draft: Draft, kind: "connection" | "connection_group", order: readonly Id[]): Change[] {
  return order.flatMap((id, priority) => {
    const part = draft[kind].get(id);
    return part && part.priority !== priority ? [update(kind, id, { priority })] : [];
  });
}

export function moved<T>(order: readonly T[], from: number, to: number): T[] {
  const rest = order.filter((_, index) => index !== from);
  rest.splice(to, 0, order[from] as T);
  return rest;
}

export function addGroup(draft: Draft, stepId: Id | null, fields: Partial<GroupFields>, id = newId()): Change[] {
  const order = groupsOf(draft, stepId);
  // Work comes before what waits for an answer.
  const isWork = fields.search_type !== undefined && fields.search_type !== "message";
  const place = isWork ? 0 : order.length;
  const wanted = [...order.slice(0, place), id, ...order.slice(place)];
  const made = add("connection_group", id, { ...fields, step_id: stepId, priority: place });
  return [...renumbered(draft, "connection_group", wanted), made];
}

export function removeConnection(id: Id): Change[] {
  return [remove("connection", id)];
}

export function removeGroup(draft: Draft, id: Id): Change[] {
  return [...connectionsOf(draft, id).map((each) => remove("connection", each)), remove("connection_group", id)];
}

export function removeNotes(ids: Iterable<Id>): Change[] {
  return [...ids].map((id) => remove("note", id));
}

export function addNote(position: [number, number], text: string, id = newId(), stepId: Id | null = null): Change[] {
  return [add("note", id, { text, position, step_id: stepId })];
}

/** Remove steps with what hangs on them; what led to them leads nowhere then, and going back mends that too. */
export function removeSteps(draft: Draft, ids: Iterable<Id>): Change[] {
  const gone = new Set([...ids].filter((id) => draft.step.has(id)));
  if (!gone.size) return [];
  const names = (id: Id | null) => id !== null && gone.has(id);
  const changes: Change[] = [];
  if (names(draft.bot.first_step_id)) {
    const rest = [...draft.step.keys()].find((id) => !gone.has(id)) ?? null;
    changes.push(update("bot", draft.botId, { first_step_id: rest }));
  }
  for (const [id, step] of draft.step)
    if (!gone.has(id) && names(step.timeout_step_id)) changes.push(update("step", id, { timeout_step_id: null }));
  for (const [id, note] of draft.note) if (names(note.step_id)) changes.push(update("note", id, { step_id: null }));
  const groups = [...gone].flatMap((id) => groupsOf(draft, id));
  const going = new Set(groups);
  for (const [id, connection] of draft.connection)
    if (!(connection.group_id && going.has(connection.group_id)) && names(connection.next_step_id))
      changes.push(update("connection", id, { next_step_id: null }));
  for (const id of gone) if (draft.template_instance.has(id)) changes.push(remove("template_instance", id));
  for (const id of groups) changes.push(...removeGroup(draft, id));
  for (const id of gone) changes.push(remove("step", id));
  return changes;
}

export function setMessage(draft: Draft, stepId: Id, fields: Partial<MessageFields>): Change[] {
  const message = draft.step.get(stepId)?.message ?? EMPTY_MESSAGE;
  return [update("step", stepId, { message: { ...message, ...fields } })];
}

/** Steps that lead to this one, and those it leads to. */
export function neighbours(draft: Draft, id: Id): { before: Id[]; after: Id[] } {
  const after = new Set<Id>();
  for (const groupId of groupsOf(draft, id))
    for (const each of connectionsOf(draft, groupId)) {
      const target = draft.connection.get(each)?.next_step_id;
      if (target) after.add(target);
    }
  const timeout = draft.step.get(id)?.timeout_step_id;
  if (timeout) after.add(timeout);
  const before = new Set<Id>();
  for (const connection of draft.connection.values()) {
    if (connection.next_step_id !== id || !connection.group_id) continue;
    const stepId = draft.connection_group.get(connection.group_id)?.step_id;
    if (stepId) before.add(stepId);
  }
  for (const [other, step] of draft.step) if (step.timeout_step_id === id) before.add(other);
  return { before: [...before], after: [...after] };
}
