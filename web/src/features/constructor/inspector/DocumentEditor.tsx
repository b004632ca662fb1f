// The document of what is selected, to read and to change as text: what is written here is what is stored.
import { useMemo, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { useEditor, useEditorState } from "../editor/context";
import { copied, fragmentText, readFragment } from "../graph/clipboard";
import { changesOfParts } from "../graph/difference";
import type { Id, WirePart } from "../graph/model";
import styles from "./Inspector.module.css";

export function DocumentEditor({ ids }: { ids: Iterable<Id> }) {
  const { t } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [typed, setTyped] = useState<{ text: string; from: readonly WirePart[] } | null>(null);
  const [isWrong, setWrong] = useState(false);
  const parts = useMemo(() => readFragment(copied(draft, ids))?.parts ?? [], [draft, ids]);
  const keep = () => {
    if (!typed) return;
    const next = readFragment(fragmentText(typed.text))?.parts;
    const changes = next ? changesOfParts(typed.from, next) : [];
    if (!next || (changes.length > 0 && !editor.run(changes))) return setWrong(true);
    setTyped(null);
    setWrong(false);
  };
  return (
    <div className={styles.stack}>
      <textarea
        className={`${styles.input} ${styles.codeInput}`}
        aria-label={t("editor.document")}
        aria-invalid={isWrong}
        rows={14}
        spellCheck={false}
        readOnly={isReadOnly}
        value={typed?.text ?? JSON.stringify(parts, null, 2)}
        onChange={(event) => setTyped({ text: event.target.value, from: typed?.from ?? parts })}
      />
      {isWrong && (
        <span className={styles.wrong} role="alert">
          {t("editor.document_wrong")}
        </span>
      )}
      {typed && (
        <div className={styles.line}>
          <button type="button" className={styles.pill} onClick={keep}>
            {t("editor.document_keep")}
          </button>
          <button
            type="button"
            className={styles.pill}
            onClick={() => {
              setTyped(null);
              setWrong(false);
            }}
          >
            {t("editor.cancel")}
          </button>
        </div>
      )}
    </div>
  );
}
