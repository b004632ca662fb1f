// One-click mends of problems: what can be mended without asking, as changes. Pure.
import type { Problem } from "./editor/editor";
import { reachable } from "./graph/cards";
import { addConnection, connect, removeSteps, renumbered, update } from "./graph/commands";
import { type Change, connectionsOf, type Draft, groupsOf, type Id } from "./graph/model";
import { isOtherwise } from "./graph/rules";
import { type OpenWay, openWay } from "./graph/ways";

export type Mend =
  | "mend_otherwise"
  | "mend_lead_here"
  | "mend_restart"
  | "mend_remove_step"
  | "mend_order"
  | "mend_first"
  | "mend_timeout";

const MENDS: Record<string, Mend> = {
  missing_else: "mend_otherwise",
  dead_end: "mend_restart",
  unreachable_step: "mend_lead_here",
  never_tried: "mend_order",
  no_first_step: "mend_first",
  timeout_without_time: "mend_timeout",
  timeout_without_step: "mend_timeout",
};

export function mendOf(problem: Problem, draft: Draft): { label: Mend; changes: Change[] } | null {
  const wanted = MENDS[problem.code];
  // Nobody's work is removed where it can be led to.
  const label = wanted === "mend_lead_here" && !loneWay(draft) ? "mend_remove_step" : wanted;
  const changes = label ? changesOf(label, problem.step_id, draft) : [];
  return label && changes.length ? { label, changes } : null;
}

/** The step that people come to and cannot go on from; null where there are several, or none. */
function loneWay(draft: Draft): OpenWay | null {
  const ends = [...reachable(draft)].filter((id) => isEnd(draft, id));
  const [only, another] = ends;
  return only !== undefined && another === undefined ? openWay(draft, only) : null;
}

const isEnd = (draft: Draft, id: Id) =>
  draft.step.get(id)?.timeout_step_id === null &&
  groupsOf(draft, id).every((group) => !connectionsOf(draft, group).length);

function changesOf(mend: Mend, stepId: Id | null, draft: Draft): Change[] {
  if (mend === "mend_first") {
    const id = draft.step.keys().next().value;
    return id ? [update("bot", draft.botId, { first_step_id: id })] : [];
  }
  const step = stepId ? draft.step.get(stepId) : undefined;
  if (!step || !stepId) return [];
  if (mend === "mend_lead_here") {
    const way = loneWay(draft);
    return way ? connect(draft, way.stepId, way.handle, stepId) : [];
  }
  if (mend === "mend_restart") {
    const first = draft.bot.first_step_id;
    const isAtOnce = step.is_proxy; // It would go round and never wait.
    return first && !isAtOnce ? addConnection(draft, stepId, null, {}, first) : [];
  }
  if (mend === "mend_remove_step") return removeSteps(draft, [stepId]);
  if (mend === "mend_timeout")
    return [
      update(
        "step",
        stepId,
        step.timeout_after === null ? { timeout_after: 3_600 } : { timeout_after: null, timeout_step_id: null },
      ),
    ];
  if (mend === "mend_otherwise") return addConnection(draft, stepId, groupsOf(draft, stepId).at(-1) ?? null, {}, null);
  return groupsOf(draft, stepId).flatMap((groupId) => {
    const order = connectionsOf(draft, groupId);
    const isElse = (id: Id) => isOtherwise(draft.connection.get(id)?.rules);
    return renumbered(draft, "connection", [...order.filter((id) => !isElse(id)), ...order.filter(isElse)]);
  });
}
