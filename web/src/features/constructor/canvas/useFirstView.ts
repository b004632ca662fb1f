import { useReactFlow, useStore } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { useEditor } from "../editor/context";
import { CARD_WIDTH } from "../graph/cards";
import type { Scene } from "./scene";

const MARGIN = 80;
const SMALLEST_ZOOM = 0.6;

/** Shows all of a small bot at once, of a large one its first step; what the address names as `step` before these. */
export function useFirstView(scene: Scene): void {
  const editor = useEditor();
  const { setViewport } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isDone = useRef(false);
  useLayoutEffect(() => {
    const bounds = scene.bounds();
    if (isDone.current || !width || !height || !bounds) return;
    isDone.current = true;
    const wanted = editor.draft.step.get(new URLSearchParams(location.search).get("step") ?? "");
    if (wanted) {
      const [x, y] = wanted.position;
      void setViewport({ x: width / 2 - x - CARD_WIDTH / 2, y: height / 3 - y, zoom: 1 });
      return;
    }
    const fitting = Math.min((width - 2 * MARGIN) / bounds.width, (height - 2 * MARGIN) / bounds.height, 1);
    if (fitting >= SMALLEST_ZOOM) {
      const x = (width - bounds.width * fitting) / 2 - bounds.x * fitting;
      const y = (height - bounds.height * fitting) / 2 - bounds.y * fitting;
      void setViewport({ x, y, zoom: fitting });
      return;
    }
    const zoom = 0.8;
    const first = editor.draft.step.get(editor.draft.bot.first_step_id ?? "")?.position ?? [bounds.x, bounds.y];
    void setViewport({ x: MARGIN + CARD_WIDTH - first[0] * zoom, y: height / 3 - first[1] * zoom, zoom });
  }, [editor, scene, setViewport, width, height]);
}
