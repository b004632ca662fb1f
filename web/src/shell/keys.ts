import { useEffect, useEffectEvent } from "react";

/** Apple's keyboards have another main key. */
export const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);

export const paletteKeys = isApple ? "⌘ K" : "Ctrl K";

/** The key by its place where the layout is not Latin, so that Ctrl-Z works on a Russian keyboard. */
export function keyOf(event: KeyboardEvent): string {
  const typed = event.key.toLowerCase();
  return /^[a-z0-9]$/.test(typed) || !/^(Key|Digit)/.test(event.code)
    ? typed
    : event.code.replace(/^Key|^Digit/, "").toLowerCase();
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;

interface Options {
  /** Together with Ctrl or Cmd, and then also while somebody writes. */
  isMain?: boolean;
}

/** A sign has its own place on every keyboard, mostly behind Shift; a letter or a digit is meant without it. */
const isKey = (event: KeyboardEvent, key: string) =>
  /^[a-z0-9]$/.test(key) ? keyOf(event) === key && !event.shiftKey : event.key === key;

/** Runs `action` when the key is pressed anywhere on the page. */
export function useKey(key: string, action: () => void, { isMain = false }: Options = {}): void {
  const hear = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) !== isMain || !isKey(event, key)) return;
    if (!isMain && isWriting(event.target)) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}
