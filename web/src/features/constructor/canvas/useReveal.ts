// What was just added comes into sight, and the first thing to write in it is ready to be written.
import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { useEditor } from "../editor/context";
import { CARD_WIDTH } from "../graph/cards";
import { focusInspector } from "./useCanvasKeys";

const MARGIN_PX = 16;
const CARD_BODY_PX = 160;
const SMALLEST_ZOOM = 0.7;

/** Call it after the new step is selected. */
export function useReveal(): () => void {
  const editor = useEditor();
  const { flowToScreenPosition, getZoom, setCenter } = useReactFlow();
  return useCallback(() => {
    const [id] = editor.state.selected;
    const step = id === undefined ? undefined : editor.draft.step.get(id);
    if (!step) return;
    const [x, y] = step.position;
    // The canvas has its new size once the panel of the selected stands.
    requestAnimationFrame(() => {
      const canvas = document.querySelector(".react-flow")?.getBoundingClientRect();
      const begin = flowToScreenPosition({ x, y });
      const end = flowToScreenPosition({ x: x + CARD_WIDTH, y: y + CARD_BODY_PX });
      const isSeen =
        canvas !== undefined &&
        begin.x >= canvas.left + MARGIN_PX &&
        begin.y >= canvas.top + MARGIN_PX &&
        end.x <= canvas.right - MARGIN_PX &&
        end.y <= canvas.bottom - MARGIN_PX;
      const zoom = Math.max(getZoom(), SMALLEST_ZOOM);
      if (!isSeen) void setCenter(x + CARD_WIDTH / 2, y + CARD_BODY_PX / 2, { zoom, duration: 150 });
      focusInspector();
    });
  }, [editor, flowToScreenPosition, getZoom, setCenter]);
}
