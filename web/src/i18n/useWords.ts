import { useSyncExternalStore } from "react";
import { currentWords, onWordsChange } from "./words";

/** The current language and `t`, which turns a key into a sentence; the component follows a change of the language. */
export function useWords() {
  return useSyncExternalStore(onWordsChange, currentWords);
}
