// An object as rows of name and value: parameters, headers, a form.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import type { Json } from "../graph/model";
import { RemoveButton } from "./fields";
import styles from "./Inspector.module.css";
import { PathField } from "./PathField";

interface KeyValuesProps {
  label: string;
  value: Record<string, Json>;
  onChange: (value: Record<string, Json>) => void;
}

const shown = (value: Json) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

export function KeyValues({ label, value, onChange }: KeyValuesProps) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  // A row whose name is not written yet has no place in the object.
  const [fresh, setFresh] = useState<string | null>(null);
  const rows = Object.entries(value);
  const rename = (index: number, name: string) =>
    onChange(Object.fromEntries(rows.map(([key, each], place) => [place === index ? name : key, each])));
  return (
    <div className={styles.stack}>
      {rows.map(([key, each], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being written
        <div key={index} className={styles.line}>
          <input
            className={`${styles.input} ${styles.keyInput}`}
            aria-label={t("editor.key_of", { what: label })}
            value={key}
            readOnly={isReadOnly}
            onChange={(event) => !(event.target.value in value) && rename(index, event.target.value)}
          />
          <PathField
            label={t("editor.value_of", { what: key })}
            value={shown(each)}
            onChange={(text) => onChange({ ...value, [key]: text })}
          />
          <RemoveButton
            label={t("editor.remove_row", { what: key })}
            onClick={() => onChange(Object.fromEntries(rows.filter(([other]) => other !== key)))}
          />
        </div>
      ))}
      {fresh !== null && (
        <input
          // biome-ignore lint/a11y/noAutofocus: the row was asked for
          autoFocus
          className={styles.input}
          aria-label={t("editor.key_of", { what: label })}
          placeholder={t("editor.key_hint")}
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          onBlur={() => {
            if (fresh.trim() && !(fresh.trim() in value)) onChange({ ...value, [fresh.trim()]: "" });
            setFresh(null);
          }}
        />
      )}
      {!isReadOnly && (
        <button type="button" className={styles.textButton} onClick={() => setFresh("")}>
          <Plus {...ICON} />
          {t("editor.add_row")}
        </button>
      )}
    </div>
  );
}
