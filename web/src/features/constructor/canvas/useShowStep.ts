// The one way to a step from somewhere else: it is selected and comes into the middle of the canvas.
import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { useEditor } from "../editor/context";
import { CARD_WIDTH } from "../graph/cards";
import type { Id } from "../graph/model";
import { showSelected } from "../panels";
import { unfoldAll } from "./folding";

const SMALLEST_ZOOM = 0.7;
const MIDDLE_OF_A_CARD_PX = 80;

export function useShowStep(): (id: Id) => void {
  const editor = useEditor();
  const { setCenter, getZoom } = useReactFlow();
  return useCallback(
    (id) => {
      const step = editor.draft.step.get(id);
      if (!step) return;
      // What one looks for may be folded away.
      unfoldAll();
      editor.select([id]);
      showSelected();
      const [x, y] = step.position;
      const zoom = Math.max(getZoom(), SMALLEST_ZOOM);
      void setCenter(x + CARD_WIDTH / 2, y + MIDDLE_OF_A_CARD_PX, { zoom, duration: 150 });
    },
    [editor, setCenter, getZoom],
  );
}
