// What stands beside the canvas: the inspector of what is selected, and a panel. One hook says whether both are open.
import { useEffect } from "react";
import { useEditor, useEditorState } from "../editor/context";
import { usePresetChoice } from "../palette/choice";
import { showPanel, showSelected, useOpenPanel } from "../panels";

export function useBothSides(): boolean {
  const isPresetOpen = usePresetChoice((state) => state.presetId !== null);
  const hasSelection = useEditorState((state) => state.selected.size > 0);
  const isPanelOpen = useOpenPanel((state) => state.id !== null);
  return isPanelOpen && (hasSelection || isPresetOpen);
}

/** Who selects something wants to see it, who lets go of it wants the panel back. */
export function useSelectedInFront(): void {
  const editor = useEditor();
  useEffect(
    () =>
      editor.store.subscribe(({ selected }, before) => {
        if (selected === before.selected) return;
        selected.size ? showSelected() : showPanel();
      }),
    [editor],
  );
}
