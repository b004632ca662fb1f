import { useWords } from "../../../i18n/useWords";
import styles from "./Together.module.css";
import { useOthers } from "./useOthers";

const MOST = 4;

/** Who is here, in the bar; nothing while one is alone. */
export function Avatars() {
  const { t } = useWords();
  const others = useOthers();
  if (!others.length) return null;
  const rest = others.slice(MOST);
  return (
    <ul className={styles.avatars} aria-label={t("together.who_is_here")}>
      {others.slice(0, MOST).map((person) => (
        <li key={person.subscriberId} className={styles.avatar} data-person={person.colour} title={person.name}>
          <span aria-hidden>{person.initials}</span>
          <span className="only-heard">{person.name}</span>
        </li>
      ))}
      {rest.length > 0 && (
        <li className={styles.avatar} title={rest.map((person) => person.name).join(", ")}>
          <span aria-hidden>+{rest.length}</span>
          <span className="only-heard">{t("together.more", { count: rest.length })}</span>
        </li>
      )}
    </ul>
  );
}
