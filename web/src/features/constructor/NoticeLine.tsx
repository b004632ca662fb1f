import { useEffect } from "react";
import { useWords } from "../../i18n/useWords";
import { useEditor, useEditorState } from "./editor/context";
import styles from "./NoticeLine.module.css";

const SHOWN_MS = 8_000;
const KEYS = {
  lost: "editor.notice_lost",
  cannot_undo: "editor.notice_cannot_undo",
  copied: "editor.notice_copied",
  nothing_to_paste: "editor.notice_nothing_to_paste",
} as const;

/** What the editor has to say about something just done; goes away by itself. */
export function NoticeLine() {
  const { t } = useWords();
  const editor = useEditor();
  const notice = useEditorState((state) => state.notice);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => editor.store.setState({ notice: null }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, editor]);
  if (!notice) return null;
  return (
    <p className={styles.notice} role="status">
      {t(KEYS[notice.what] as "editor.notice_lost", { count: notice.count })}
    </p>
  );
}
