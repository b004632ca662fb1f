// What the panel knows of a bot, and how it tells what came of doing something.
import { ApiError, type Schemas } from "../../../api/client";
import { useWords } from "../../../i18n/useWords";

export type Revision = Schemas["RevisionOut"];

export interface Facts {
  differences: readonly Schemas["DifferenceOut"][];
  leftOut: number;
  revisions: readonly Revision[];
  summary: Schemas["SessionSummary"];
}

export interface Doing {
  facts: Facts;
  onDone: () => void;
  onSaid: (said: { words: string; isWrong: boolean }) => void;
}

/** Waits for something to be done and says so; what is refused is said too, if `onRefused` does not say it itself. */
export function useTold({ onDone, onSaid }: Doing) {
  const { t } = useWords();
  return async (doing: Promise<string>, onRefused: (error: ApiError) => boolean = () => false) => {
    try {
      onSaid({ words: await doing, isWrong: false });
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
      if (error instanceof ApiError && onRefused(error)) return;
      const why = error instanceof ApiError ? error.message : t("publish.away");
      onSaid({ words: t("publish.failed", { why }), isWrong: true });
    }
  };
}
