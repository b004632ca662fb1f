// Rows put into another order by dragging their grip, or by Alt and arrows on it.
import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";

export function useSortable(count: number, onMove: (from: number, to: number) => void) {
  const from = useRef<number>(null);
  const [over, setOver] = useState<number | null>(null);
  const row = (index: number) => ({
    "data-over": over === index || undefined,
    onDragOver: (event: DragEvent) => {
      if (from.current === null) return;
      event.preventDefault();
      setOver(index);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (from.current !== null && from.current !== index) onMove(from.current, index);
      from.current = null;
      setOver(null);
    },
  });
  const grip = (index: number) => ({
    draggable: true,
    onDragStart: (event: DragEvent) => {
      from.current = index;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
    },
    onDragEnd: () => {
      from.current = null;
      setOver(null);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
      if (!step || !event.altKey || index + step < 0 || index + step >= count) return;
      event.preventDefault();
      event.stopPropagation();
      onMove(index, index + step);
    },
  });
  return { row, grip };
}
