import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/useWords";
import button from "./Button.module.css";
import { PreferencesMenu } from "./PreferencesMenu";
import styles from "./StatePage.module.css";

interface StatePageProps {
  title: string;
  text: string;
  /** A code to search for, such as "404". */
  code?: string;
  children: ReactNode;
}

/** A whole page that says what happened and leads on: not found, private, failed. */
export function StatePage({ title, text, code, children }: StatePageProps) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <PreferencesMenu />
      </header>
      <main className={styles.main}>
        {code && <p className={styles.code}>{code}</p>}
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.text}>{text}</p>
        <div className={styles.actions}>{children}</div>
      </main>
    </div>
  );
}

export function HomeLink() {
  const { t } = useWords();
  return (
    <Link href="/" className={`${button.button} ${button.plain}`}>
      {t("shell.home")}
    </Link>
  );
}
