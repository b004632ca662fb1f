import { useWords } from "../../i18n/useWords";
import { TopBar } from "../../shell/TopBar";
import styles from "./Build.module.css";

const CARDS = [1, 2, 3, 4];

/** The shape of the page while the bot is on its way. */
export function Skeleton() {
  const { t } = useWords();
  return (
    <div className={styles.page} aria-busy>
      <TopBar />
      <output className="only-heard">{t("shell.loading")}</output>
      <div className={styles.waiting} aria-hidden>
        {CARDS.map((card) => (
          <div key={card} className={styles.ghost} />
        ))}
      </div>
    </div>
  );
}
