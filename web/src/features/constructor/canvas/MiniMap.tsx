// The whole bot in a corner, with what is on the screen; press to go there.
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useEffect, useRef } from "react";
import { useWords } from "../../../i18n/useWords";
import styles from "./Canvas.module.css";
import { coloursOf } from "./draw";
import type { Scene } from "./scene";

const WIDTH = 180;
const HEIGHT = 120;
const PADDING = 8;

interface MiniMapProps {
  scene: Scene;
  revision: unknown;
}

export function MiniMap({ scene, revision }: MiniMapProps) {
  const { t } = useWords();
  const ref = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const place = useRef({ scale: 1, x: 0, y: 0 });
  const flow = useStoreApi();
  const { setCenter, getZoom } = useReactFlow();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` says that the scene changed inside
  useEffect(() => {
    const waiting = requestAnimationFrame(() => {
      if (ref.current) place.current = drawMap(ref.current, scene);
      followView(flow.getState(), frame.current, place.current);
    });
    return () => cancelAnimationFrame(waiting);
  }, [scene, revision, flow]);

  useEffect(() => flow.subscribe((state) => followView(state, frame.current, place.current)), [flow]);

  const go = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const { scale, x, y } = place.current;
    void setCenter((event.clientX - box.left - x) / scale, (event.clientY - box.top - y) / scale, { zoom: getZoom() });
  };
  return (
    <div className={styles.map} onPointerDown={go} onPointerMove={go} role="img" aria-label={t("editor.map")}>
      <canvas ref={ref} width={WIDTH * 2} height={HEIGHT * 2} />
      <div ref={frame} className={styles.mapFrame} />
    </div>
  );
}

function drawMap(canvas: HTMLCanvasElement, scene: Scene) {
  const context = canvas.getContext("2d");
  const bounds = scene.bounds();
  if (!context || !bounds) return { scale: 1, x: 0, y: 0 };
  const scale = Math.min((WIDTH - 2 * PADDING) / bounds.width, (HEIGHT - 2 * PADDING) / bounds.height, 0.2);
  const x = (WIDTH - bounds.width * scale) / 2 - bounds.x * scale;
  const y = (HEIGHT - bounds.height * scale) / 2 - bounds.y * scale;
  const colours = coloursOf(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale * 2, 0, 0, scale * 2, x * 2, y * 2);
  for (const box of scene.boxes.values()) {
    context.fillStyle = box.card ? colours[box.card.kind] : colours.note;
    context.fillRect(box.x, box.y, box.width, box.height);
  }
  return { scale, x, y };
}

interface Seen {
  transform: [number, number, number];
  width: number;
  height: number;
}

function followView(
  { transform: [left, top, zoom], width, height }: Seen,
  frame: HTMLElement | null,
  { scale, x, y }: { scale: number; x: number; y: number },
): void {
  if (!frame) return;
  frame.style.transform = `translate(${(-left / zoom) * scale + x}px, ${(-top / zoom) * scale + y}px)`;
  frame.style.width = `${(width / zoom) * scale}px`;
  frame.style.height = `${(height / zoom) * scale}px`;
}
