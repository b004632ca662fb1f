// What this device remembers of the chats on it: in the browser's storage, or, where a frame on another site may have
// none, with the page around it (embed.js). Where neither works, nothing is kept and all else does.
interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

let around: Store | null = null;

/** The page around offers to remember. */
export function rememberAround(store: Store): void {
  around = store;
}

function own(): Store | null {
  try {
    return localStorage;
  } catch {
    return around;
  }
}

/** Raises where it is full. */
export const device: Store = {
  getItem: (key) => own()?.getItem(key) ?? null,
  setItem: (key, value) => own()?.setItem(key, value),
  removeItem: (key) => own()?.removeItem(key),
};
