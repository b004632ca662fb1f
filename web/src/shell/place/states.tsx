// What a place shows while its data is on its way, and when it does not come.
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { errorWords } from "../errors";
import styles from "./Place.module.css";

const ROWS = [1, 2, 3, 4];

export function PlaceSkeleton() {
  const { t } = useWords();
  return (
    <div className={styles.place} aria-busy>
      <output className="only-heard">{t("shell.loading")}</output>
      <Ghosts />
    </div>
  );
}

/** Rows of a list that is being read. */
export function Ghosts() {
  return (
    <div className={styles.ghosts} aria-hidden>
      {ROWS.map((row) => (
        <div key={row} className={styles.ghost} />
      ))}
    </div>
  );
}

/** A part of a page that could not be read: why, and again. */
export function Failed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useWords();
  return (
    <div className={styles.empty} role="alert">
      <p className={styles.hint}>{errorWords(t, error)}</p>
      <Button onClick={onAgain}>{t("shell.again")}</Button>
    </div>
  );
}
