// What the marks on the canvas mean, a way to switch them off, and the steps that are gone, where they stood.
import { ViewportPortal } from "@xyflow/react";
import { X } from "lucide-react";
import type { Language, Translate } from "../../../i18n/types";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import type { Edge, Line } from "../canvas/scene";
import { useCanvasFacts } from "../canvas/view";
import { useEditorState } from "../editor/context";
import { MASTER } from "../graph/model";
import { ruleInWords } from "../graph/rules";
import { inTime } from "../nodes/duration";
import { LOOKS, MarkBadge } from "./MarkBadge";
import styles from "./Marks.module.css";
import { type Mark, type Marks, NO_MARKS, useMarks } from "./marks";

const MEANINGS: Record<"changes" | "tests", readonly Mark[]> = {
  changes: ["added", "changed", "removed"],
  tests: ["reached", "missed"],
};

/** More cards that are gone than these are told in the panel alone. */
const MOST_GHOSTS = 300;

/** Connections that are gone, as lines with what they said. */
export function goneLines({ gone }: Marks, language: Language, t: Translate): Line[] {
  return gone.map(({ id, sourceId, targetId, rules, seconds }) => {
    const isTimeout = seconds !== null;
    const words = isTimeout ? t("editor.after_time", { time: inTime(seconds, t) }) : ruleInWords(rules, language);
    return { id, sourceId: sourceId ?? MASTER, targetId, words, isTimeout };
  });
}

function wordsOf({ words, isTimeout }: Edge, t: Translate): string {
  if (!isTimeout) return words;
  return words ? t("editor.after_time", { time: inTime(Number(words), t) }) : t("editor.no_time");
}

/** What a line says under the pointer: what became of it before what it says. */
export function markedWords(edge: Edge, { edges, gone }: Marks, t: Translate): string {
  const isGone = gone.some((each) => each.id === edge.id);
  const mark = isGone ? "removed" : edges.get(edge.id);
  const words = isGone ? edge.words : wordsOf(edge, t);
  return mark ? `${t(LOOKS[mark].label)}: ${words}` : words;
}

export function Ghosts() {
  const { t } = useWords();
  const botId = useEditorState((state) => state.draft.botId);
  const marks = useMarks();
  const { detail } = useCanvasFacts();
  if (marks.botId !== botId || !marks.ghosts.length) return null;
  return (
    <ViewportPortal>
      {marks.ghosts.slice(0, MOST_GHOSTS).map(({ id, name, position: [x, y] }) => (
        <div key={id} className={styles.ghost} data-detail={detail} style={{ transform: `translate(${x}px, ${y}px)` }}>
          <MarkBadge mark="removed" />
          <span dir="auto">{name || t("editor.no_name")}</span>
        </div>
      ))}
    </ViewportPortal>
  );
}

export function Legend() {
  const { t } = useWords();
  const botId = useEditorState((state) => state.draft.botId);
  const { about, botId: markedId } = useMarks();
  if (about === null || markedId !== botId) return null;
  return (
    <div className={styles.legend} role="note" aria-label={t("editor.marks")}>
      {MEANINGS[about].map((mark) => (
        <MarkBadge key={mark} mark={mark} isLine />
      ))}
      <button
        type="button"
        className={styles.off}
        aria-label={t("editor.marks_off")}
        title={t("editor.marks_off")}
        onClick={() => useMarks.setState(NO_MARKS)}
      >
        <X {...ICON} />
      </button>
    </div>
  );
}
