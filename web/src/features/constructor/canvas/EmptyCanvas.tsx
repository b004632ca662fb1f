import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { useEditor, useEditorState } from "../editor/context";
import styles from "./Canvas.module.css";
import { create } from "./creating";
import { useReveal } from "./useReveal";

/** What a bot without steps shows: what this is for, and the first step as one button. */
export function EmptyCanvas() {
  const { t } = useWords();
  const editor = useEditor();
  const reveal = useReveal();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{t("editor.empty_title")}</p>
      <p className={styles.emptyText}>{t("editor.empty_text")}</p>
      {!isReadOnly && (
        <Button
          kind="main"
          onClick={() => {
            create(editor, { sort: "message" }, [0, 0], t);
            reveal();
          }}
        >
          {t("editor.empty_button")}
        </Button>
      )}
    </div>
  );
}
