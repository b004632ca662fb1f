// F6 goes round the parts of the place, Shift-F6 back: canvas, what is selected, panel. Also while one writes.
import { useEffect } from "react";
import { showPanel, showSelected } from "../panels";

const FIELDS = "input:not(:disabled, [type=checkbox]), textarea:not(:disabled), [contenteditable=true]";
const FOCUSABLE = `${FIELDS}, button:not(:disabled), select, a[href], [tabindex="0"]`;
/** What one comes to a part for: the selected card, the words of a step, the line to write in. The first there is. */
const WANTED: Record<string, readonly string[]> = {
  canvas: [".react-flow__node.selected", ".react-flow__node", FOCUSABLE],
  selected: ["[data-first-field]", FIELDS, FOCUSABLE],
  panel: ["form:last-child input", FIELDS, FOCUSABLE],
};

function targetIn(pane: HTMLElement): HTMLElement | undefined {
  for (const wanted of WANTED[pane.dataset.pane ?? ""] ?? []) {
    const found = [...pane.querySelectorAll<HTMLElement>(wanted)].find((each) => each.checkVisibility());
    if (found) return found;
  }
  return undefined;
}

function go(way: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")];
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(Math.max(here, 0) + way + panes.length) % panes.length];
  if (!next) return;
  if (next.dataset.pane === "selected") showSelected();
  if (next.dataset.pane === "panel") showPanel();
  // What lay behind is there in the next frame.
  requestAnimationFrame(() => targetIn(next)?.focus());
}

export function usePanes(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
