// A frame may take the focus by script, and then what the person types in the page goes to it. This gives the focus back
// unless the person moved it there, and tells when a frame does not leave off.
const TAB_WITHIN_MS = 500;
const TYPING_WITHIN_MS = 600;
// Nobody goes to a field of the page and on into a frame within this time without the Tab key.
const ARRIVED_WITHIN_MS = 150;
const WINDOW_MS = 20_000;
const MOST_THEFTS = 2;

/** Watches one frame until the returned function is called. */
export function guardFocus(frame: HTMLIFrameElement, onThief: () => void): () => void {
  let last: HTMLElement | null = null;
  let keyAt = Number.NEGATIVE_INFINITY;
  let tabAt = Number.NEGATIVE_INFINITY;
  let cameAt = Number.NEGATIVE_INFINITY;
  let thefts: number[] = [];

  const isMeant = (now: number) => {
    if (now - tabAt < TAB_WITHIN_MS) return true;
    if (now - keyAt < TYPING_WITHIN_MS || now - cameAt < ARRIVED_WITHIN_MS) return false;
    // A click or a tap in the frame leaves no trace in this page but the activation it gives to the page around it.
    return navigator.userActivation?.isActive ?? true;
  };
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === frame) return;
    last = target;
    cameAt = performance.now();
  };
  const onKey = ({ key }: KeyboardEvent) => {
    keyAt = performance.now();
    if (key === "Tab") tabAt = keyAt;
  };
  const onBlur = () => {
    const now = performance.now();
    if (document.activeElement !== frame || isMeant(now)) return;
    thefts = [...thefts.filter((at) => now - at < WINDOW_MS), now];
    // Not before the browser has finished giving it away: until then it stays where it goes.
    setTimeout(() => {
      window.focus();
      last?.blur();
      last?.focus({ preventScroll: true });
    });
    if (thefts.length > MOST_THEFTS) onThief();
  };

  if (document.activeElement instanceof HTMLElement && document.activeElement !== frame) last = document.activeElement;
  document.addEventListener("focusin", onFocus);
  document.addEventListener("keydown", onKey, true);
  window.addEventListener("blur", onBlur);
  return () => {
    document.removeEventListener("focusin", onFocus);
    document.removeEventListener("keydown", onKey, true);
    window.removeEventListener("blur", onBlur);
  };
}
