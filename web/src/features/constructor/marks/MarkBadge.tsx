// A mark on a card: an icon and a word, so that the colour is not all that says it.
import { CircleCheck, CircleDashed, Minus, Pencil, Plus } from "lucide-react";
import type { Key } from "../../../i18n/types";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import styles from "./Marks.module.css";
import type { Mark } from "./marks";

export const LOOKS = {
  added: { Icon: Plus, label: "editor.mark_added" },
  changed: { Icon: Pencil, label: "editor.mark_changed" },
  removed: { Icon: Minus, label: "editor.mark_removed" },
  reached: { Icon: CircleCheck, label: "editor.mark_reached" },
  missed: { Icon: CircleDashed, label: "editor.mark_missed" },
} as const satisfies Record<Mark, { Icon: typeof Plus; label: Key }>;

/** With `isLine`, how a connection of that sort is drawn is shown too. */
export function MarkBadge({ mark, isLine = false }: { mark: Mark; isLine?: boolean }) {
  const { t } = useWords();
  const { Icon, label } = LOOKS[mark];
  return (
    <span className={styles.badge} data-mark={mark}>
      <Icon {...ICON} aria-hidden />
      {t(label)}
      {isLine && <span className={styles.line} aria-hidden />}
    </span>
  );
}

/** The sign alone, for a row of a card; the word is heard, and seen on hover. */
export function MarkSign({ mark }: { mark: Mark }) {
  const { t } = useWords();
  const { Icon, label } = LOOKS[mark];
  return (
    <span className={styles.sign} data-mark={mark} title={t(label)}>
      <Icon {...ICON} aria-hidden />
      <span className="only-heard">{t(label)}</span>
    </span>
  );
}
