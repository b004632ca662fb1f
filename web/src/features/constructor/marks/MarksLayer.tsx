// What the marks on the canvas mean, a way to switch them off, and the steps that are gone, where they stood.
import { ViewportPortal } from "@xyflow/react";
import { X } from "lucide-react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import { MarkBadge } from "./MarkBadge";
import styles from "./Marks.module.css";
import { type Mark, NO_MARKS, useMarks } from "./marks";

const MEANINGS: Record<"changes" | "tests", readonly Mark[]> = {
  changes: ["added", "changed", "removed"],
  tests: ["reached", "missed"],
};

export function Ghosts() {
  const { t } = useWords();
  const botId = useEditorState((state) => state.draft.botId);
  const marks = useMarks();
  if (marks.botId !== botId || !marks.ghosts.length) return null;
  return (
    <ViewportPortal>
      {marks.ghosts.map(({ id, name, position: [x, y] }) => (
        <div key={id} className={styles.ghost} style={{ transform: `translate(${x}px, ${y}px)` }}>
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
        <MarkBadge key={mark} mark={mark} />
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
