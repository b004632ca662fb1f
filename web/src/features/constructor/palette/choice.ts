// Which preset's form is open, and where what it makes is to stand.
import { create } from "zustand";

interface Choice {
  presetId: string | null;
  at: [number, number];
}

export const usePresetChoice = create<Choice>(() => ({ presetId: null, at: [0, 0] }));

export function openPresetForm(presetId: string, at: [number, number]): void {
  usePresetChoice.setState({ presetId, at });
}

export function closePresetForm(): void {
  usePresetChoice.setState({ presetId: null });
}
