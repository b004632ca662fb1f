// The canvas under the cards. It follows pan and zoom without React, in the same frame as the cards.
import { useStoreApi } from "@xyflow/react";
import { useEffect, useLayoutEffect, useRef } from "react";
import styles from "./Canvas.module.css";
import { type Colours, coloursOf, drawScene, type Marks, type View } from "./draw";
import type { Scene } from "./scene";

interface EdgeLayerProps {
  scene: Scene;
  /** Changes whenever the scene was updated. */
  revision: unknown;
  marks: Marks;
  withBlocks: boolean;
  onReady: (context: CanvasRenderingContext2D) => void;
}

export function EdgeLayer({ scene, revision, marks, withBlocks, onReady }: EdgeLayerProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const colours = useRef<Colours>(null);
  const shown = useRef({ marks, withBlocks });
  const draw = useRef(() => {});

  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    onReady(context);
    draw.current = () => {
      const { width, height, transform } = flow.getState();
      if (!width || !height) return;
      resize(canvas, width, height);
      colours.current ??= coloursOf(canvas.parentElement ?? document.body);
      const view: View = { x: transform[0], y: transform[1], zoom: transform[2], width, height };
      drawScene(context, scene, view, shown.current.marks, colours.current, shown.current.withBlocks);
    };
    let { transform, width, height } = flow.getState();
    return flow.subscribe((state) => {
      if (state.transform === transform && state.width === width && state.height === height) return;
      ({ transform, width, height } = state);
      draw.current();
    });
  }, [flow, scene, onReady]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` says that the scene changed inside
  useLayoutEffect(() => {
    shown.current = { marks, withBlocks };
    // The scene is brought up to date by the canvas around, whose effects come after this one, but before the next paint.
    queueMicrotask(() => draw.current());
  }, [marks, withBlocks, revision]);

  useEffect(() => {
    const repaint = () => {
      colours.current = null;
      draw.current();
    };
    const root = new MutationObserver(repaint);
    root.observe(document.documentElement, { attributes: true });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", repaint);
    return () => {
      root.disconnect();
      dark.removeEventListener("change", repaint);
    };
  }, []);

  return <canvas ref={ref} className={styles.edges} aria-hidden />;
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
}
