// What a panel says about the parts of the bot, shown on the canvas: what changed since the published version, or what the
// tests reached. One of the two at a time; a panel puts its marks here and takes them away when it closes.
import { create } from "zustand";
import type { Draft, Id } from "../graph/model";
import { connectionAt } from "../talk/way";
import { connectionMarks, type GoneLine, type OldVersion } from "./connections";

export type Mark = "added" | "changed" | "removed" | "reached" | "missed";

/** A step that is gone, where it stood. */
interface Ghost {
  id: Id;
  name: string;
  position: readonly [number, number];
}

export interface Marks {
  botId: Id | null;
  about: "changes" | "tests" | null;
  steps: ReadonlyMap<Id, Mark>;
  /** Connections by their id, timeouts as "timeout:" and the step's. */
  edges: ReadonlyMap<string, Mark>;
  ghosts: readonly Ghost[];
  gone: readonly GoneLine[];
}

export const NO_MARKS: Marks = { botId: null, about: null, steps: new Map(), edges: new Map(), ghosts: [], gone: [] };
export const useMarks = create<Marks>(() => NO_MARKS);

/** The same marks once more draw nothing anew. */
export function showMarks(marks: Marks): void {
  const now = useMarks.getState();
  const isSame =
    now.botId === marks.botId &&
    now.about === marks.about &&
    sameMarks(now.steps, marks.steps) &&
    sameMarks(now.edges, marks.edges) &&
    JSON.stringify([now.ghosts, now.gone]) === JSON.stringify([marks.ghosts, marks.gone]);
  if (!isSame) useMarks.setState(marks);
}

function sameMarks(one: ReadonlyMap<string, Mark>, other: ReadonlyMap<string, Mark>): boolean {
  return one.size === other.size && [...one].every(([id, mark]) => other.get(id) === mark);
}

export function clearMarks(about: "changes" | "tests"): void {
  if (useMarks.getState().about === about) useMarks.setState(NO_MARKS);
}

interface Place {
  step: string;
  group: number;
  connection: number;
}

export interface Reached {
  steps: readonly string[];
  missed_steps: readonly string[];
  connections: readonly Place[];
  missed_connections: readonly Place[];
  timeouts: readonly string[];
  missed_timeouts: readonly string[];
}

/** What tests reached, in the parts of the draft; what lies inside of templates is not on the canvas. */
export function reachedMarks(draft: Draft, reached: Reached): Marks {
  const steps = new Map<Id, Mark>();
  const edges = new Map<string, Mark>();
  const put = (mark: Mark, ids: readonly string[], places: readonly Place[], timeouts: readonly string[]) => {
    for (const id of ids) if (draft.step.has(id)) steps.set(id, mark);
    for (const { step, group, connection } of places) {
      const id = connectionAt(draft, step, group, connection);
      if (id) edges.set(id, mark);
    }
    for (const id of timeouts) edges.set(`timeout:${id}`, mark);
  };
  put("missed", reached.missed_steps, reached.missed_connections, reached.missed_timeouts);
  put("reached", reached.steps, reached.connections, reached.timeouts);
  return { botId: draft.botId, about: "tests", steps, edges, ghosts: [], gone: [] };
}

interface Difference {
  kind: string;
  id: string | null;
  step_id: string | null;
  before?: unknown;
  after?: unknown;
}

export function sortOf({ before, after }: Difference): "added" | "removed" | "changed" {
  if ((before ?? null) === null && (after ?? null) !== null) return "added";
  return (after ?? null) === null && (before ?? null) !== null ? "removed" : "changed";
}

/** What changed since a version, in the parts of the draft; `differences` are the server's words for it. */
export function changedMarks(draft: Draft, differences: readonly Difference[], version: OldVersion): Marks {
  const { edges, gone, touched } = connectionMarks(draft, version);
  const steps = new Map<Id, Mark>();
  for (const { step_id } of differences) if (step_id && draft.step.has(step_id)) steps.set(step_id, "changed");
  for (const id of touched) steps.set(id, "changed");
  for (const id of draft.step.keys()) if (!version.steps.has(id)) steps.set(id, "added");
  const ghosts = [...version.steps.values()]
    .filter((step) => !draft.step.has(step.id))
    .map(({ id, name, position }) => ({ id, name, position }));
  return { botId: draft.botId, about: "changes", steps, edges, ghosts, gone };
}
