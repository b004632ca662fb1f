// A field whose text is kept only while it can be stored: what is not finished yet stays in the field, and says so.
import { useState } from "react";

interface Tentative {
  value: string;
  /** What stands in the field is not kept. */
  isWrong: boolean;
  onChange: (text: string) => void;
}

export function useTentative(
  stored: string,
  isGood: (text: string) => boolean,
  keep: (text: string) => void,
): Tentative {
  const [typed, setTyped] = useState<string | null>(null);
  return {
    value: typed ?? stored,
    isWrong: typed !== null,
    onChange: (text) => {
      setTyped(isGood(text) ? null : text);
      if (isGood(text)) keep(text);
    },
  };
}
