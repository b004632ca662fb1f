// Draws edges, and below a quarter of the size the cards as blocks, on the canvas under the cards.
import type { CardKind } from "../graph/cards";
import type { Id } from "../graph/model";
import { drawMarked } from "../marks/drawing";
import type { Mark } from "../marks/marks";
import type { Box, Edge, Scene } from "./scene";

export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

export interface Marks {
  selected: ReadonlySet<Id>;
  connectionId: string | null;
  hovered: string | null;
  unreachable: ReadonlySet<Id>;
  /** Connections that the talk took. */
  walked: ReadonlySet<string>;
  /** What a panel says of connections. */
  marked: ReadonlyMap<string, Mark>;
  troubled: ReadonlyMap<Id, "error" | "warning">;
}

export type Colours = Record<
  | "edge"
  | "edgeQuiet"
  | "edgeStrong"
  | "edgeWalked"
  | "edgeMissed"
  | "block"
  | "selected"
  | "danger"
  | "note"
  | "surface"
  | CardKind,
  string
>;

const NAMES: Record<keyof Colours, string> = {
  edge: "--edge",
  edgeQuiet: "--edge-quiet",
  edgeStrong: "--accent-text",
  edgeWalked: "--success-text",
  edgeMissed: "--warning-text",
  block: "--line-strong",
  selected: "--focus",
  danger: "--danger-text",
  note: "--note",
  surface: "--surface",
  message: "--kind-message",
  question: "--kind-question",
  logic: "--kind-logic",
  request: "--kind-request",
  code: "--kind-code",
  integration: "--kind-integration",
  template: "--kind-template",
  handover: "--kind-handover",
  timer: "--kind-timer",
};

/** The colours of the present theme, as the browser resolves them: all at once, each look costs a whole style run. */
export function coloursOf(element: HTMLElement): Colours {
  const holder = document.createElement("i");
  const probes = Object.entries(NAMES).map(([name, token]) => {
    const probe = document.createElement("b");
    probe.style.color = `var(${token})`;
    holder.append(probe);
    return [name, probe] as const;
  });
  element.append(holder);
  const found = probes.map(([name, probe]) => [name, getComputedStyle(probe).color]);
  holder.remove();
  return Object.fromEntries(found) as Colours;
}

const isSeen = (view: View, left: number, top: number, right: number, bottom: number) =>
  right * view.zoom + view.x >= 0 &&
  left * view.zoom + view.x <= view.width &&
  bottom * view.zoom + view.y >= 0 &&
  top * view.zoom + view.y <= view.height;

export const isInSight = (view: View, { left, top, right, bottom }: Edge) => isSeen(view, left, top, right, bottom);

export function drawScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  marks: Marks,
  colours: Colours,
  withBlocks: boolean,
): void {
  const ratio = devicePixelRatio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, view.width * ratio, view.height * ratio);
  context.setTransform(view.zoom * ratio, 0, 0, view.zoom * ratio, view.x * ratio, view.y * ratio);
  drawFrames(context, scene, view, colours);
  drawEdges(context, scene, view, marks, colours);
  if (withBlocks) drawBlocks(context, scene, view, marks, colours);
}

function drawFrames(context: CanvasRenderingContext2D, scene: Scene, view: View, colours: Colours): void {
  context.save();
  context.lineWidth = 1 / view.zoom;
  context.fillStyle = context.strokeStyle = colours.question;
  for (const { x, y, width, height } of scene.frames) {
    if (!isSeen(view, x, y, x + width, y + height)) continue;
    context.beginPath();
    context.roundRect(x, y, width, height, 24);
    context.globalAlpha = 0.06;
    context.fill();
    context.globalAlpha = 0.35;
    context.stroke();
  }
  context.restore();
}

function drawEdges(context: CanvasRenderingContext2D, scene: Scene, view: View, marks: Marks, colours: Colours): void {
  const { selected, connectionId, hovered } = marks;
  const dims = selected.size > 0 || connectionId !== null;
  const strong: Edge[] = [];
  context.lineWidth = Math.max(1.5, 0.8 / view.zoom);
  context.strokeStyle = dims ? colours.edgeQuiet : colours.edge;
  const isFar = view.zoom < 0.25;
  if (isFar) context.beginPath();
  for (const edge of scene.edges) {
    if (marks.marked.has(edge.id) || !isInSight(view, edge)) continue;
    const isStrong =
      edge.id === connectionId || edge.id === hovered || selected.has(edge.sourceId) || selected.has(edge.targetId);
    if (isStrong || marks.walked.has(edge.id)) strong.push(edge);
    else if (isFar) {
      // A straight line is all one sees from there.
      context.moveTo(edge.fromX, edge.fromY);
      context.lineTo(edge.toX, edge.toY);
    } else {
      context.setLineDash(edge.isTimeout ? [6, 5] : []);
      context.stroke(edge.path);
      drawArrow(context, edge);
    }
  }
  if (isFar) context.stroke();
  context.strokeStyle = colours.edgeStrong;
  context.lineWidth = Math.max(2, 1.5 / view.zoom);
  for (const edge of strong) {
    context.strokeStyle = marks.walked.has(edge.id) ? colours.edgeWalked : colours.edgeStrong;
    context.setLineDash(edge.isTimeout ? [6, 5] : []);
    context.stroke(edge.path);
    if (!isFar) drawArrow(context, edge);
  }
  context.setLineDash([]);
  drawMarked(context, scene, view, marks, colours);
}

export function drawArrow(context: CanvasRenderingContext2D, { toX, toY }: Edge): void {
  context.beginPath();
  context.moveTo(toX - 7, toY - 4.5);
  context.lineTo(toX - 1, toY);
  context.lineTo(toX - 7, toY + 4.5);
  context.setLineDash([]);
  context.stroke();
}

function drawBlocks(context: CanvasRenderingContext2D, scene: Scene, view: View, marks: Marks, colours: Colours): void {
  for (const box of scene.boxes.values()) {
    if (!isSeen(view, box.x, box.y, box.x + box.width, box.y + box.height)) continue;
    context.globalAlpha = marks.unreachable.has(box.id) ? 0.35 : 1;
    context.fillStyle = box.card ? colours[box.card.kind] : colours.note;
    context.fillRect(box.x, box.y, box.width, Math.max(box.height, 80));
    context.globalAlpha = 1;
    outline(context, box, view, marks, colours);
  }
}

function outline(context: CanvasRenderingContext2D, box: Box, view: View, marks: Marks, colours: Colours): void {
  const isSelected = marks.selected.has(box.id);
  if (!isSelected && marks.troubled.get(box.id) !== "error") return;
  const width = 3 / view.zoom;
  context.lineWidth = width;
  context.strokeStyle = isSelected ? colours.selected : colours.danger;
  context.strokeRect(box.x - width, box.y - width, box.width + 2 * width, Math.max(box.height, 80) + 2 * width);
}
