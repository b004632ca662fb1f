// What opens beside the canvas moves no card on the screen, but the selected one out from under itself.
import { useReactFlow, useStore } from "@xyflow/react";
import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Id } from "../graph/model";
import { useBothSides } from "../side/sides";
import type { Scene } from "./scene";

const SIGHT_MARGIN_PX = 24;

export function useKeptInSight(scene: Scene, selected: ReadonlySet<Id>, root: RefObject<HTMLElement | null>): void {
  const { getViewport, setViewport } = useReactFlow();
  const isBoth = useBothSides();
  const begin = useRef<number>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the canvas begins elsewhere when both sides stand
  useLayoutEffect(() => {
    const left = root.current?.getBoundingClientRect().left ?? 0;
    const moved = left - (begin.current ?? left);
    begin.current = left;
    const { x, y, zoom } = getViewport();
    if (moved) void setViewport({ x: x - moved, y, zoom });
  }, [isBoth, root, getViewport, setViewport]);

  const width = useStore((state) => state.width);
  const before = useRef(width);
  useLayoutEffect(() => {
    const isNarrower = width < before.current;
    before.current = width;
    const [only] = selected.size === 1 ? selected : [];
    const box = only === undefined ? undefined : scene.boxes.get(only);
    if (!isNarrower || !box) return;
    const { x, y, zoom } = getViewport();
    const [left, right] = [box.x * zoom + x, (box.x + box.width) * zoom + x];
    const over = right - (width - SIGHT_MARGIN_PX);
    const under = SIGHT_MARGIN_PX - left;
    // The left end of a card before its right one.
    const moved = under > 0 ? under : over > 0 ? -Math.min(over, left - SIGHT_MARGIN_PX) : 0;
    if (moved) void setViewport({ x: x + moved, y, zoom }, { duration: 150 });
  }, [width, scene, selected, getViewport, setViewport]);
}
