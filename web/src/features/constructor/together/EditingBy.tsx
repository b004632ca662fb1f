import { useWords } from "../../../i18n/useWords";
import type { Id } from "../graph/model";
import styles from "./Together.module.css";
import { useOthers } from "./useOthers";
import { fieldWords } from "./words";

/** Who else is in the fields of this part right now. */
export function EditingBy({ id }: { id: Id }) {
  const { t } = useWords();
  const others = useOthers().filter((person) => person.editing === id);
  if (!others.length) return null;
  return (
    <ul className={styles.editing}>
      {others.map((person) => {
        const field = person.field && fieldWords(t, person.field);
        return (
          <li key={person.subscriberId} className={styles.editor}>
            <span className={styles.dot} data-person={person.colour} />
            {field
              ? t("together.editing_field", { name: person.name, field })
              : t("together.editing", { name: person.name })}
          </li>
        );
      })}
    </ul>
  );
}
