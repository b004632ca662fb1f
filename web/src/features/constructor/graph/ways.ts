// Where a new piece goes on from: the way that stands open at a step, or at the end of the preset it is part of. Pure.
import { connectionsOf, type Draft, groupsOf, type Id } from "./model";

export interface OpenWay {
  stepId: Id;
  /** As rows of cards call theirs: "c:<connection>", "else:<group>", "timeout". */
  handle: string;
}

/** Of a step whose every way leads somewhere, null; of one that a preset made, the way that the preset left open. */
export function openWay(draft: Draft, from: Id): OpenWay | null {
  const presetId = draft.step.get(from)?.preset_id ?? null;
  const seen = new Set([from]);
  for (const id of seen) {
    const handle = openHandle(draft, id);
    if (handle !== null) return { stepId: id, handle };
    if (presetId === null) return null;
    for (const next of nextOf(draft, id)) if (draft.step.get(next)?.preset_id === presetId) seen.add(next);
  }
  return null;
}

const waysOf = (draft: Draft, id: Id) => groupsOf(draft, id).flatMap((group) => connectionsOf(draft, group));

function openHandle(draft: Draft, id: Id): string | null {
  const step = draft.step.get(id);
  if (!step) return null;
  const ways = waysOf(draft, id);
  const open = ways.find((each) => draft.connection.get(each)?.next_step_id === null);
  if (open) return `c:${open}`;
  if (ways.length) return null;
  if (step.timeout_after === null) return `else:${groupsOf(draft, id).at(-1) ?? ""}`;
  return step.timeout_step_id === null ? "timeout" : null;
}

function nextOf(draft: Draft, id: Id): Id[] {
  return waysOf(draft, id).flatMap((each) => draft.connection.get(each)?.next_step_id ?? []);
}
