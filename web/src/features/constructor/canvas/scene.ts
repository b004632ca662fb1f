// Where every card stands and every edge runs, for drawing and for finding what is under the pointer. Edges are drawn
// on one canvas: thousands of them cost no elements. Pure but for Path2D.
import { getSmoothStepPath, Position } from "@xyflow/react";
import { CARD_WIDTH, type Card, HEADER_HEIGHT, ROW_HEIGHT } from "../graph/cards";
import type { Id } from "../graph/model";

export interface Box {
  id: Id;
  x: number;
  y: number;
  width: number;
  height: number;
  card: Card | null;
}

export interface Edge {
  /** The connection's id, "timeout:<step>" for a timeout. */
  id: string;
  sourceId: Id;
  handle: string;
  targetId: Id;
  words: string;
  isTimeout: boolean;
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  path: Path2D;
  /** The middle of the line, where a mark stands. */
  middleX: number;
  middleY: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A line by the steps that it joins. */
export interface Line {
  id: string;
  sourceId: Id;
  targetId: Id;
  words: string;
  isTimeout: boolean;
}

export const TARGET_Y = 22;
const BOW = 120;

export function handleY(y: number): number {
  return y + ROW_HEIGHT / 2;
}

/** The steps of one ready-made question: drawn together, because they are understood together. */
export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

const FRAME_ROOM = 20;

/** Steps with their edges; `update` keeps what has not moved. */
export class Scene {
  boxes = new Map<Id, Box>();
  edges: Edge[] = [];
  frames: Frame[] = [];
  /** Connections that are no more, between cards that are there or where they were. */
  gone: Edge[] = [];
  private known = new Map<string, Edge>();

  update(boxes: Map<Id, Box>): void {
    this.boxes = boxes;
    const edges: Edge[] = [];
    const known = new Map<string, Edge>();
    for (const box of boxes.values())
      for (const row of box.card?.rows ?? []) {
        const target = row.targetId ? boxes.get(row.targetId) : undefined;
        if (!target || !row.handle) continue;
        const id = row.connectionId ?? `timeout:${box.id}`;
        const edge = this.edge(id, box, row.handle, handleY(row.y), target, row.words, row.type === "timeout");
        edges.push(edge);
        known.set(id, edge);
      }
    this.edges = edges;
    this.known = known;
    this.frames = framesOf(boxes, edges);
  }

  /** Call it after `update`. `places` are those of steps that are gone. */
  updateGone(lines: readonly Line[], places: ReadonlyMap<Id, readonly [number, number]>): void {
    const boxOf = (id: Id): Box | undefined => {
      const [x, y] = places.get(id) ?? [];
      if (x === undefined || y === undefined) return this.boxes.get(id);
      return { id, x, y, width: CARD_WIDTH, height: HEADER_HEIGHT, card: null };
    };
    this.gone = lines.flatMap(({ id, sourceId, targetId, words, isTimeout }) => {
      const [source, target] = [boxOf(sourceId), boxOf(targetId)];
      return source && target ? [this.edge(id, source, "", TARGET_Y, target, words, isTimeout)] : [];
    });
  }

  private edge(
    id: string,
    source: Box,
    handle: string,
    y: number,
    target: Box,
    words: string,
    isTimeout: boolean,
  ): Edge {
    const [fromX, fromY, toX, toY] = [source.x + source.width, source.y + y, target.x, target.y + TARGET_Y];
    const old = this.known.get(id);
    const isSame = old?.fromX === fromX && old.fromY === fromY && old.toX === toX && old.toY === toY;
    if (old && isSame && old.words === words && old.targetId === target.id && old.sourceId === source.id) return old;
    const [text, middleX, middleY] = getSmoothStepPath({
      sourceX: fromX,
      sourceY: fromY,
      sourcePosition: Position.Right,
      targetX: toX,
      targetY: toY,
      targetPosition: Position.Left,
      borderRadius: 12,
      offset: 24,
    });
    const bow = toX < fromX + 48 ? BOW : 0;
    return {
      ...{ id, sourceId: source.id, handle, targetId: target.id, words, isTimeout, fromX, fromY, toX, toY },
      path: new Path2D(text),
      middleX,
      middleY,
      left: Math.min(fromX, toX) - 28,
      right: Math.max(fromX, toX) + 28,
      top: Math.min(fromY, toY) - bow,
      bottom: Math.max(fromY, toY) + bow,
    };
  }

  edgeOf(id: string): Edge | undefined {
    return this.known.get(id);
  }

  /** The edge within `reach` of a place, the nearest path first found. */
  edgeAt(context: CanvasRenderingContext2D, x: number, y: number, reach: number): Edge | null {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = reach * 2;
    const isUnder = (edge: Edge) =>
      x > edge.left - reach &&
      x < edge.right + reach &&
      y > edge.top - reach &&
      y < edge.bottom + reach &&
      context.isPointInStroke(edge.path, x, y);
    const found = this.edges.findLast(isUnder) ?? this.gone.findLast(isUnder);
    context.restore();
    return found ?? null;
  }

  boxAt(x: number, y: number): Box | null {
    let found: Box | null = null;
    for (const box of this.boxes.values())
      if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) found = box;
    return found;
  }

  /** What all cards cover; null for an empty bot. */
  bounds(): { x: number; y: number; width: number; height: number } | null {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const box of this.boxes.values()) {
      left = Math.min(left, box.x);
      top = Math.min(top, box.y);
      right = Math.max(right, box.x + box.width);
      bottom = Math.max(bottom, box.y + box.height);
    }
    return left < right ? { x: left, y: top, width: right - left, height: bottom - top } : null;
  }
}

function framesOf(boxes: ReadonlyMap<Id, Box>, edges: readonly Edge[]): Frame[] {
  const around = new Map<Id, Box[]>();
  for (const box of boxes.values()) if (box.card?.isHeart) around.set(box.id, [box]);
  if (!around.size) return [];
  for (const { sourceId, targetId } of edges)
    for (const [heart, other] of [
      [sourceId, targetId],
      [targetId, sourceId],
    ] as const) {
      const box = boxes.get(other);
      if (box?.card && box.card.presetId === boxes.get(heart)?.card?.presetId) around.get(heart)?.push(box);
    }
  return [...around.values()].filter((all) => all.length > 1).map(frameOf);
}

function frameOf(all: readonly Box[]): Frame {
  const x = Math.min(...all.map((box) => box.x)) - FRAME_ROOM;
  const y = Math.min(...all.map((box) => box.y)) - FRAME_ROOM;
  const right = Math.max(...all.map((box) => box.x + box.width)) + FRAME_ROOM;
  const bottom = Math.max(...all.map((box) => box.y + box.height)) + FRAME_ROOM;
  return { x, y, width: right - x, height: bottom - y };
}

export const NOTE_WIDTH = 220;
const NOTE_LINE_CHARS = 29;
const NOTE_LINE_HEIGHT = 18;

/** As high as its text, with room to go on writing. */
export function noteHeight(text: string): number {
  const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / NOTE_LINE_CHARS)), 0);
  return Math.min(20, Math.max(2, lines)) * NOTE_LINE_HEIGHT + 28;
}
