// What follows a step can be folded away: steps that one comes to through it only are not drawn. Only how the bot is
// looked at; nothing of it is stored.
import { useLayoutEffect, useMemo } from "react";
import { create } from "zustand";
import { reachable } from "../graph/cards";
import { neighbours } from "../graph/commands";
import { connectionsOf, type Draft, groupsOf, type Id } from "../graph/model";

interface Folds {
  folded: ReadonlySet<Id>;
  /** How many steps each folded one hides. */
  counts: ReadonlyMap<Id, number>;
}

const NOBODY: ReadonlySet<Id> = new Set();
export const useFolds = create<Folds>(() => ({ folded: NOBODY, counts: new Map() }));

export function toggleFold(id: Id): void {
  useFolds.setState(({ folded }) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    return { folded: next };
  });
}

export function unfoldAll(): void {
  if (useFolds.getState().folded.size) useFolds.setState({ folded: NOBODY });
}

function walked(draft: Draft, from: Iterable<Id>, mayPass: (id: Id) => boolean): Set<Id> {
  const found = new Set<Id>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id) || !draft.step.has(id)) continue;
    found.add(id);
    if (mayPass(id)) open.push(...leadsTo(draft, id));
  }
  return found;
}

function leadsTo(draft: Draft, id: Id): Id[] {
  const timeout = draft.step.get(id)?.timeout_step_id;
  return [...(timeout ? [timeout] : []), ...groupsOf(draft, id).flatMap((group) => targetsOf(draft, group))];
}

const targetsOf = (draft: Draft, groupId: Id) =>
  connectionsOf(draft, groupId).flatMap((each) => draft.connection.get(each)?.next_step_id ?? []);

/** Steps that the folds hide. Those that nothing leads to stay in sight, with what they lead to. */
export function hiddenBy(draft: Draft, folded: ReadonlySet<Id>): ReadonlySet<Id> {
  if (![...folded].some((id) => draft.step.has(id))) return NOBODY;
  const known = reachable(draft);
  const masters = groupsOf(draft, null).flatMap((group) => targetsOf(draft, group));
  const first = draft.bot.first_step_id;
  const lost = [...draft.step.keys()].filter((id) => !known.has(id));
  const seen = walked(draft, [...(first ? [first] : []), ...masters, ...lost], (id) => !folded.has(id));
  return new Set([...draft.step.keys()].filter((id) => !seen.has(id)));
}

/** The hidden steps of the draft on the canvas. */
export function useHidden(draft: Draft): ReadonlySet<Id> {
  const folded = useFolds((state) => state.folded);
  const hidden = useMemo(() => hiddenBy(draft, folded), [draft, folded]);
  useLayoutEffect(() => {
    if (!folded.size) return;
    const counts = [...folded].map(
      (id) => [id, walked(draft, leadsTo(draft, id), (each) => hidden.has(each))] as const,
    );
    useFolds.setState({
      counts: new Map(counts.map(([id, all]) => [id, [...all].filter((each) => hidden.has(each)).length])),
    });
  }, [draft, folded, hidden]);
  return hidden;
}

/** Whether folding a step hides anything: what other ways lead to as well stays. */
export const hidesSome = (draft: Draft, id: Id) =>
  neighbours(draft, id).after.length > 0 && hiddenBy(draft, new Set([id])).size > 0;
