// Which steps use a request or a widget of the draft. Pure.
import { stepName } from "../constructor/graph/cards";
import { update } from "../constructor/graph/commands";
import type { Change, Draft, Id } from "../constructor/graph/model";

export interface Use {
  /** null: a master group. */
  stepId: Id | null;
  name: string;
}

function named(draft: Draft, ids: Iterable<Id | null>): Use[] {
  return [...new Set(ids)].map((stepId) => ({ stepId, name: (stepId && stepName(draft, stepId)) || "" }));
}

const groupsWith = (draft: Draft, requestId: Id) =>
  [...draft.connection_group].filter(([, group]) => group.request_id === requestId);
const stepsWith = (draft: Draft, widgetId: Id) =>
  [...draft.step].filter(([, step]) => step.message?.widget_id === widgetId);

export const usesOfRequest = (draft: Draft, id: Id) =>
  named(
    draft,
    groupsWith(draft, id).map(([, group]) => group.step_id),
  );

export const usesOfWidget = (draft: Draft, id: Id) =>
  named(
    draft,
    stepsWith(draft, id).map(([stepId]) => stepId),
  );

/** Takes a request out of the bot; who used it asks for nothing then. */
export function removeRequest(draft: Draft, id: Id): Change[] {
  const freed = groupsWith(draft, id).map(([groupId]) => update("connection_group", groupId, { request_id: null }));
  return [...freed, { op: "remove", kind: "request", id, fields: {} }];
}

/** Takes a widget out of the bot; messages that showed it show none. */
export function removeWidget(draft: Draft, id: Id): Change[] {
  const freed = stepsWith(draft, id).map(([stepId, { message }]) =>
    update("step", stepId, { message: { ...message, widget_id: null } }),
  );
  return [...freed, { op: "remove", kind: "widget", id, fields: {} }];
}
