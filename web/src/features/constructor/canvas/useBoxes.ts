// From the bot to what the canvas shows: cards and their places. What did not change stays the same object, so that one
// edit among thousands of steps draws one card again.
import { type Node, type NodeHandle, Position } from "@xyflow/react";
import { useMemo, useRef } from "react";
import type { Language } from "../../../i18n/types";
import { CARD_WIDTH, type Card, CardMaker } from "../graph/cards";
import { type Draft, type Id, MASTER } from "../graph/model";
import { useHidden } from "./folding";
import { type Box, handleY, NOTE_WIDTH, noteHeight, TARGET_Y } from "./scene";

export type Places = ReadonlyMap<Id, { x: number; y: number }>;
const LANE_GAP = 120;

/** Boxes of all steps, notes and the lane of master groups; `dragged` are places not yet kept. */
export function useBoxes(draft: Draft, language: Language, dragged: Places): Map<Id, Box> {
  const maker = useRef<CardMaker>(null);
  maker.current ??= new CardMaker();
  const cards = maker.current;
  const hidden = useHidden(draft);
  const kept = useMemo(() => boxesOf(draft, language, cards, hidden), [draft, language, cards, hidden]);
  return useMemo(() => {
    if (!dragged.size) return kept;
    const boxes = new Map(kept);
    for (const [id, { x, y }] of dragged) {
      const box = boxes.get(id);
      if (box) boxes.set(id, { ...box, x, y });
    }
    return boxes;
  }, [kept, dragged]);
}

const NOTHING: ReadonlySet<Id> = new Set();

export function boxesOf(draft: Draft, language: Language, cards: CardMaker, hidden = NOTHING): Map<Id, Box> {
  const boxes = new Map<Id, Box>();
  let [left, top] = [Infinity, Infinity];
  for (const [id, step] of draft.step) {
    if (hidden.has(id)) continue;
    const card = cards.card(draft, id, language);
    const [x, y] = step.position;
    left = Math.min(left, x);
    top = Math.min(top, y);
    boxes.set(id, { id, x, y, width: CARD_WIDTH, height: card?.height ?? 0, card });
  }
  for (const [id, note] of draft.note) {
    if (note.step_id !== null && hidden.has(note.step_id)) continue;
    const [x, y] = note.position;
    boxes.set(id, { id, x, y, width: NOTE_WIDTH, height: noteHeight(note.text), card: null });
  }
  const master = cards.card(draft, MASTER, language);
  if (master) {
    const x = left === Infinity ? 0 : left - CARD_WIDTH - LANE_GAP;
    boxes.set(MASTER, {
      id: MASTER,
      x,
      y: top === Infinity ? 0 : top,
      width: CARD_WIDTH,
      height: master.height,
      card: master,
    });
  }
  return boxes;
}

/** Boxes as nodes of the canvas; the same node as before for what looks and stands the same. */
export function useNodes(boxes: Map<Id, Box>, selected: ReadonlySet<Id>, isReadOnly: boolean): Node[] {
  const known = useRef(new Map<Id, { box: Box; node: Node }>());
  return useMemo(() => {
    const next = new Map<Id, { box: Box; node: Node }>();
    const nodes: Node[] = [];
    for (const [id, box] of boxes) {
      const old = known.current.get(id);
      const isSelected = selected.has(id);
      const isSame = old && sameBox(old.box, box) && old.node.selected === isSelected;
      const node = isSame ? old.node : nodeOf(box, isSelected, isReadOnly);
      next.set(id, { box, node });
      nodes.push(node);
    }
    known.current = next;
    return nodes;
  }, [boxes, selected, isReadOnly]);
}

function sameBox(one: Box, other: Box): boolean {
  return one.x === other.x && one.y === other.y && one.card === other.card && one.height === other.height;
}

function nodeOf({ id, x, y, width, height, card }: Box, selected: boolean, isReadOnly: boolean): Node {
  return {
    id,
    type: card ? "step" : "note",
    position: { x, y },
    data: { card },
    width,
    height,
    measured: { width, height },
    selected,
    draggable: !isReadOnly && id !== MASTER,
    connectable: !isReadOnly,
    handles: card ? handlesOf(card, width, id !== MASTER) : [],
    ...(card && { ariaLabel: card.name }),
  };
}

const HANDLE_PX = 12;

/** Where the handles are, so that the canvas need not draw every card of a bot to find out. */
function handlesOf(card: Card, width: number, isTarget: boolean): NodeHandle[] {
  const size = { width: HANDLE_PX, height: HANDLE_PX };
  const at = (x: number, y: number) => ({ x: x - HANDLE_PX / 2, y: y - HANDLE_PX / 2, ...size });
  const sources = card.rows.flatMap((row): NodeHandle[] =>
    row.handle ? [{ id: row.handle, type: "source", position: Position.Right, ...at(width, handleY(row.y)) }] : [],
  );
  return isTarget ? [{ type: "target", position: Position.Left, ...at(0, TARGET_Y) }, ...sources] : sources;
}
