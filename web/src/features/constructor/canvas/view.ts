// What cards on the canvas need besides the bot itself: how much of them is drawn, and what is wrong with whom.
import { createContext, useContext } from "react";
import type { Problem } from "../editor/editor";
import type { Id } from "../graph/model";
import { type Marks, NO_MARKS } from "../marks/marks";
import { type Glow, NO_GLOW } from "../talk/glow";

/** "full", "title" below half of the size, "block" below a quarter. */
export type Detail = "full" | "title" | "block";

export function detailAt(zoom: number): Detail {
  if (zoom < 0.25) return "block";
  return zoom < 0.5 ? "title" : "full";
}

export interface CanvasFacts {
  detail: Detail;
  problemsOf: ReadonlyMap<Id, readonly Problem[]>;
  unreachable: ReadonlySet<Id>;
  glow: Glow;
  marks: Marks;
}

const CanvasContext = createContext<CanvasFacts>({
  detail: "full",
  problemsOf: new Map(),
  unreachable: new Set(),
  glow: NO_GLOW,
  marks: NO_MARKS,
});
export const CanvasFactsProvider = CanvasContext.Provider;

export function useCanvasFacts(): CanvasFacts {
  return useContext(CanvasContext);
}
