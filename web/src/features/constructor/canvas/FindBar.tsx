// Finds steps by name, text, rule, code or address, and goes to them.
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import { found } from "../graph/finding";
import type { Id } from "../graph/model";
import styles from "./FindBar.module.css";
import { useShowStep } from "./useShowStep";

const MOST = 50;

export function FindBar({ onClose }: { onClose: () => void }) {
  const { t, language } = useWords();
  const draft = useEditorState((state) => state.draft);
  const showStep = useShowStep();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const ids = useMemo(() => (query.trim() ? found(draft, query, language) : []), [draft, query, language]);
  const go = (index: number) => {
    const id: Id | undefined = ids[index];
    if (id === undefined) return;
    setActive(index);
    showStep(id);
  };
  return (
    <search className={styles.find}>
      <div className={styles.head}>
        <input
          // biome-ignore lint/a11y/noAutofocus: it was asked for by Ctrl-F
          autoFocus
          className={styles.field}
          aria-label={t("editor.find")}
          placeholder={t("editor.find")}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(-1);
          }}
          onKeyDown={(event) => {
            const way = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1;
            if (event.key === "Escape") onClose();
            else if (["Enter", "ArrowDown", "ArrowUp"].includes(event.key) && ids.length) {
              event.preventDefault();
              go((active + way + ids.length) % ids.length);
            }
          }}
        />
        <span className={styles.count} role="status">
          {query.trim() && t("editor.found_count", { count: ids.length })}
        </span>
        <button type="button" className={styles.close} aria-label={t("editor.close")} onClick={onClose}>
          <X {...ICON} />
        </button>
      </div>
      {ids.length > 0 && (
        <ul className={styles.list}>
          {ids.slice(0, MOST).map((id, index) => (
            <li key={id}>
              <button
                type="button"
                className={styles.hit}
                aria-current={index === active || undefined}
                onClick={() => go(index)}
                dir="auto"
              >
                {stepName(draft, id) || t("editor.no_name")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
