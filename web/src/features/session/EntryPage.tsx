// The shape of the pages one comes in by: the name of the house, one form, theme and language.
import { type ReactNode, useEffect } from "react";
import { useWords } from "../../i18n/useWords";
import { PreferencesMenu } from "../../ui/PreferencesMenu";
import styles from "./EntryPage.module.css";

interface EntryPageProps {
  title: string;
  lead?: string;
  children: ReactNode;
  /** Below the form: the other ways in. */
  below?: ReactNode;
}

export function EntryPage({ title, lead, children, below }: EntryPageProps) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${title} · DBCV`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          DBCV
        </span>
        <PreferencesMenu />
      </header>
      <main className={styles.main}>
        <div className={styles.card}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
          {children}
        </div>
        {below && <div className={styles.below}>{below}</div>}
        <p className={styles.about}>{t("session.about")}</p>
      </main>
    </div>
  );
}
