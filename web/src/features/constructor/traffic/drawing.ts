// Draws the numbers over cards and lines: a plate above each card, one in the middle of each line.
import { isInSight, type View } from "../canvas/draw";
import type { Edge, Scene } from "../canvas/scene";
import type { Traffic, WalkTraffic } from "./numbers";

export interface Paint {
  plate: string;
  text: string;
  line: string;
  lostPlate: string;
  lostText: string;
  flow: string;
}

export interface Wording {
  step: (visits: number, stopped: number, dropOff: number) => string;
  edge: (walked: WalkTraffic) => string;
}

const TOKENS: Record<keyof Paint, string> = {
  plate: "--surface-raised",
  text: "--text",
  line: "--line-strong",
  lostPlate: "--warning-quiet",
  lostText: "--warning-text",
  flow: "--accent",
};
/** From this share on a step is where people are lost. */
const MUCH = 0.3;
const LEAST_ZOOM = 0.12;
/** How wide the line is that most people went along; others by their share of them. */
const WIDEST_PX = 14;
const NARROWEST_PX = 2;
const FONT_PX = 11;
const HEIGHT = 20;
/** Half of what cards that were tidied leave between them: a plate stands in it. */
const GAP = 40;

export function paintOf(element: HTMLElement): Paint {
  const probe = document.createElement("i");
  element.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const found = Object.entries(TOKENS).map(([name, token]) => [name, colour(token)]);
  probe.remove();
  return Object.fromEntries(found) as Paint;
}

/** Plates keep their size on the screen: they are to be read from afar too. */
export function drawTraffic(
  context: CanvasRenderingContext2D,
  scene: Scene,
  traffic: Traffic,
  view: View,
  paint: Paint,
  words: Wording,
): void {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  if (view.zoom < LEAST_ZOOM) return;
  drawFlow(context, scene, traffic, view, paint);
  context.font = `500 ${FONT_PX}px "Inter Variable", system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const at = (x: number, y: number) => [x * view.zoom + view.x, y * view.zoom + view.y] as const;
  if (view.zoom >= 0.4)
    for (const edge of scene.edges) {
      const walked = traffic.edges.get(edge.id) ?? unwalked(traffic, edge);
      if (!walked) continue;
      const [x, y] = at(edge.fromX, edge.fromY);
      plate(context, view, x + GAP * view.zoom, y, words.edge(walked), paint.plate, paint.text, paint.line);
    }
  for (const box of scene.boxes.values()) {
    const seen = traffic.steps.get(box.id);
    if (!seen || !box.card) continue;
    const [x, y] = at(box.x + box.width / 2, box.y);
    const isLost = seen.dropOff >= MUCH;
    const text = words.step(seen.visits, seen.stopped, seen.dropOff);
    plate(
      context,
      view,
      x,
      y - HEIGHT / 2 - 4,
      text,
      isLost ? paint.lostPlate : paint.plate,
      isLost ? paint.lostText : paint.text,
      paint.line,
    );
  }
}

/** People along the lines, as a river: one sees where it narrows before reading a number. */
function drawFlow(context: CanvasRenderingContext2D, scene: Scene, traffic: Traffic, view: View, paint: Paint): void {
  const most = Math.max(1, ...[...traffic.edges.values()].map((each) => each.walks));
  context.save();
  context.setTransform(
    view.zoom * devicePixelRatio,
    0,
    0,
    view.zoom * devicePixelRatio,
    view.x * devicePixelRatio,
    view.y * devicePixelRatio,
  );
  context.strokeStyle = paint.flow;
  context.globalAlpha = 0.3;
  for (const edge of scene.edges) {
    const walked = traffic.edges.get(edge.id);
    if (!walked || !isInSight(view, edge)) continue;
    context.lineWidth = Math.max(NARROWEST_PX, WIDEST_PX * (walked.walks / most)) / Math.min(1, view.zoom);
    context.stroke(edge.path);
  }
  context.restore();
}

/** A connection that nobody took, of a step where people were. */
function unwalked(traffic: Traffic, { sourceId }: Edge): WalkTraffic | null {
  return traffic.steps.get(sourceId)?.visits ? { walks: 0, share: 0, stopped: null } : null;
}

function plate(
  context: CanvasRenderingContext2D,
  view: View,
  x: number,
  y: number,
  text: string,
  ground: string,
  colour: string,
  line: string,
): void {
  const wide = context.measureText(text).width + 14;
  if (x + wide / 2 < 0 || x - wide / 2 > view.width || y + HEIGHT < 0 || y - HEIGHT > view.height) return;
  context.beginPath();
  context.roundRect(x - wide / 2, y - HEIGHT / 2, wide, HEIGHT, HEIGHT / 2);
  context.fillStyle = ground;
  context.fill();
  context.strokeStyle = line;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = colour;
  context.fillText(text, x, y + 0.5);
}
