// What was counted, laid onto the draft: visits of its steps, walks along its connections. Pure.
import type { Funnel } from "../../analytics/queries";
import { connectionsOf, type Draft, groupsOf, type Id, MASTER } from "../graph/model";
import { connectionAt } from "../talk/way";

export interface StepTraffic {
  visits: number;
  stopped: number;
  /** Of its visits, from 0 to 1; 0 at an end. */
  dropOff: number;
}

export interface WalkTraffic {
  walks: number;
  share: number | null;
  /** Of these walks, those that ended at the step they led to: known where no other way led there. */
  stopped: number | null;
}

export interface Traffic {
  steps: ReadonlyMap<Id, StepTraffic>;
  /** By the id of the edge: the connection's, "timeout:STEP". */
  edges: ReadonlyMap<string, WalkTraffic>;
}

export function trafficOf(draft: Draft, funnel: Funnel): Traffic {
  const steps = new Map<Id, StepTraffic>();
  for (const { step_id, visits, stopped, drop_off, is_end } of funnel.steps)
    if (draft.step.has(step_id))
      steps.set(step_id, { visits, stopped: is_end ? 0 : stopped, dropOff: is_end ? 0 : drop_off });
  const edges = new Map<string, WalkTraffic>();
  for (const walked of funnel.connections) {
    const id = edgeOf(draft, walked);
    if (!id) continue;
    const known = edges.get(id);
    const share = walked.share ?? null;
    edges.set(id, {
      walks: (known?.walks ?? 0) + walked.walks,
      stopped:
        walked.walks === steps.get(walked.target_id)?.visits ? (steps.get(walked.target_id)?.stopped ?? 0) : null,
      share: known?.share !== undefined && known.share !== null && share !== null ? known.share + share : share,
    });
  }
  return { steps, edges };
}

/** Connections have no name that outlives an edit but their place and where they lead: both, else the second alone. */
function edgeOf(draft: Draft, walked: Funnel["connections"][number]): string | null {
  const { step_id, group, place, target_id } = walked;
  if (place < 0) return draft.step.get(step_id)?.timeout_step_id === target_id ? `timeout:${step_id}` : null;
  const there = connectionAt(draft, step_id, group, place);
  if (there && draft.connection.get(there)?.next_step_id === target_id) return there;
  const others = groupsOf(draft, step_id || MASTER).flatMap((groupId) =>
    connectionsOf(draft, groupId).filter((id) => draft.connection.get(id)?.next_step_id === target_id),
  );
  return others.length === 1 ? (others[0] ?? null) : null;
}
