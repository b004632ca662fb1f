import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { useEditorState } from "../editor/context";
import type { Json } from "../graph/model";
import styles from "./Inspector.module.css";

interface JsonFieldProps {
  label: string;
  value: Json;
  rows?: number;
  onChange: (value: Json) => void;
}

/** A value as JSON: kept as soon as it reads as such, said where it does not. */
export function JsonField({ label, value, rows = 6, onChange }: JsonFieldProps) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [typed, setTyped] = useState<string | null>(null);
  const stored = value === null || value === undefined ? "" : JSON.stringify(value, null, 2);
  const isWrong = typed !== null && !reads(typed);
  return (
    <div className={styles.stack}>
      <textarea
        className={`${styles.input} ${styles.codeInput}`}
        aria-label={label}
        aria-invalid={isWrong}
        rows={rows}
        spellCheck={false}
        value={typed ?? stored}
        readOnly={isReadOnly}
        onChange={(event) => {
          setTyped(event.target.value);
          if (reads(event.target.value)) onChange(event.target.value.trim() ? JSON.parse(event.target.value) : null);
        }}
        onBlur={() => !isWrong && setTyped(null)}
      />
      {isWrong && <span className={styles.wrong}>{t("editor.json_wrong")}</span>}
    </div>
  );
}

function reads(text: string): boolean {
  try {
    if (text.trim()) JSON.parse(text);
    return true;
  } catch {
    return false; // Said beside the field.
  }
}
