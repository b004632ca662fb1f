// What the talk lights up on the canvas: the way it went, where it stands, and where it halts.
import { useMemo } from "react";
import type { Draft, Id } from "../graph/model";
import { useOpenPanel } from "../panels";
import { haltedTurn, useTalk } from "./talk";
import { walked } from "./way";

export interface Glow {
  steps: ReadonlySet<Id>;
  connections: ReadonlySet<string>;
  stops: ReadonlySet<Id>;
  here: Id | null;
}

export const NO_GLOW: Glow = { steps: new Set(), connections: new Set(), stops: new Set(), here: null };

export function useGlow(draft: Draft): Glow {
  const isOpen = useOpenPanel((state) => state.id === "talk");
  const { entries, stops, state, botId } = useTalk();
  return useMemo(() => {
    if (!isOpen || botId !== draft.botId) return NO_GLOW;
    const turns = entries.flatMap((entry) => (entry.turn ? [entry.turn] : []));
    const here = haltedTurn(entries)?.halted_before ?? state?.step_id ?? null;
    return { ...walked(draft, turns), stops: new Set(stops), here };
  }, [isOpen, botId, draft, entries, stops, state]);
}
