import { create } from "zustand";

/** Whether the list of keys is shown. */
export const useKeysHelp = create<{ isOpen: boolean }>(() => ({ isOpen: false }));

export function showKeys(): void {
  useKeysHelp.setState({ isOpen: true });
}

export function hideKeys(): void {
  useKeysHelp.setState({ isOpen: false });
}
