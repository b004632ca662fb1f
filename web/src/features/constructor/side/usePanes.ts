// F6 goes round the parts of the place, Shift-F6 back: canvas, what is selected, panel. Also while one writes.
import { useEffect } from "react";
import { showPanel, showSelected } from "../panels";

const FIELDS = "input:not(:disabled, [type=checkbox]), textarea:not(:disabled), [contenteditable=true]";
const FOCUSABLE = `${FIELDS}, button:not(:disabled), select, a[href], [tabindex="0"]`;
const CANVAS = ".react-flow__node.selected, .react-flow__node";

/** What is written in first; on the canvas, the selected card. */
function targetIn(pane: HTMLElement): HTMLElement | null {
  if (pane.dataset.pane === "canvas")
    return pane.querySelector(".react-flow__node.selected") ?? pane.querySelector(CANVAS);
  const isPanel = pane.dataset.pane === "panel";
  const first = pane.querySelector<HTMLElement>(
    isPanel ? `form input:not(:disabled, [type=checkbox])` : "[data-first-field]",
  );
  return first ?? pane.querySelector<HTMLElement>(FIELDS) ?? pane.querySelector<HTMLElement>(FOCUSABLE);
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
