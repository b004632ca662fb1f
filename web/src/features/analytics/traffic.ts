// Whether the canvas shows how people went, and of which time. The switch stands in the constructor.
import { create } from "zustand";
import type { Preset } from "./period";

export const useTraffic = create<{ preset: Preset | null }>(() => ({ preset: null }));

export function showTraffic(preset: Preset | null): void {
  useTraffic.setState({ preset });
}
