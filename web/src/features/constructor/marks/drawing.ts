// Draws the connections that a panel says something of: each sort with its colour, its pattern and its sign.
import { type Colours, drawArrow, isInSight, type Marks, type View } from "../canvas/draw";
import type { Edge, Scene } from "../canvas/scene";
import type { Mark } from "./marks";

interface Look {
  colour: keyof Colours;
  dash: readonly number[];
  /** Of Lucide, on 24 by 24: that of the badge on the cards. */
  sign: string | null;
}

const PENCIL =
  "M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32" +
  "a2 2 0 0 0 .83-.497zm15 5l4 4";
const LOOKS: Record<Mark, Look> = {
  removed: { colour: "danger", dash: [3, 5], sign: "M5 12h14" },
  changed: { colour: "edgeMissed", dash: [12, 5], sign: PENCIL },
  added: { colour: "edgeWalked", dash: [], sign: "M5 12h14M12 5v14" },
  missed: { colour: "edgeMissed", dash: [2, 4], sign: null },
  reached: { colour: "edgeWalked", dash: [], sign: null },
};
const MARKS = Object.keys(LOOKS) as Mark[];
const FAR_ZOOM = 0.25;
const LEAST_SIGN_ZOOM = 0.35;
const SIGN_RADIUS_PX = 9;
const signs = new Map<string, Path2D>();

export function drawMarked(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  { marked, connectionId, hovered }: Marks,
  colours: Colours,
): void {
  if (!marked.size && !scene.gone.length) return;
  const bySort = seenBySort(scene, view, marked);
  for (const mark of MARKS) {
    const edges = bySort.get(mark) ?? [];
    const { colour, dash } = LOOKS[mark];
    context.strokeStyle = colours[colour];
    context.lineWidth = Math.max(2.5, 1.5 / view.zoom);
    if (view.zoom < FAR_ZOOM) {
      drawFar(context, edges);
      continue;
    }
    for (const edge of edges) {
      context.lineWidth = edge.id === connectionId || edge.id === hovered ? 4 : 2.5;
      context.setLineDash(dash as number[]);
      context.stroke(edge.path);
      drawArrow(context, edge);
    }
  }
  context.setLineDash([]);
  if (view.zoom >= LEAST_SIGN_ZOOM) drawSigns(context, bySort, view.zoom, colours);
}

/** Over all the lines: a line that runs through a sign would make another one of it. */
function drawSigns(
  context: CanvasRenderingContext2D,
  bySort: ReadonlyMap<Mark, Edge[]>,
  zoom: number,
  colours: Colours,
): void {
  for (const [mark, edges] of bySort) {
    const { colour, sign } = LOOKS[mark];
    if (!sign) continue;
    context.strokeStyle = colours[colour];
    for (const edge of edges) drawSign(context, edge, sign, zoom, colours.surface);
  }
}

function seenBySort(scene: Scene, view: View, marked: Marks["marked"]): Map<Mark, Edge[]> {
  const found = new Map<Mark, Edge[]>(MARKS.map((mark) => [mark, []]));
  for (const edge of scene.gone) if (isInSight(view, edge)) found.get("removed")?.push(edge);
  if (marked.size)
    for (const edge of scene.edges) {
      const mark = marked.get(edge.id);
      if (mark && isInSight(view, edge)) found.get(mark)?.push(edge);
    }
  return found;
}

/** A straight line is all one sees from there, and thousands of them are one stroke. */
function drawFar(context: CanvasRenderingContext2D, edges: readonly Edge[]): void {
  context.setLineDash([]);
  context.beginPath();
  for (const { fromX, fromY, toX, toY } of edges) {
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
  }
  context.stroke();
}

/** The sign in the middle of a line; as large on the screen from every height. */
function drawSign(
  context: CanvasRenderingContext2D,
  { middleX, middleY }: Edge,
  sign: string,
  zoom: number,
  ground: string,
): void {
  const radius = SIGN_RADIUS_PX / Math.min(1, zoom);
  let path = signs.get(sign);
  if (!path) {
    path = new Path2D(sign);
    signs.set(sign, path);
  }
  context.save();
  context.setLineDash([]);
  context.translate(middleX, middleY);
  context.fillStyle = ground;
  context.lineWidth = radius / 6;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  const scale = (radius * 1.2) / 24;
  context.scale(scale, scale);
  context.translate(-12, -12);
  context.lineWidth = 2.5;
  context.stroke(path);
  context.restore();
}
