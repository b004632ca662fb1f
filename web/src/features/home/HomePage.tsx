// The start page: what this installation is, how to reach a bot, where developers go on.
import { ArrowRight } from "lucide-react";
import { useEffect } from "react";
import { useWords } from "../../i18n/useWords";
import { PreferencesMenu } from "../../ui/PreferencesMenu";
import styles from "./HomePage.module.css";

export default function HomePage() {
  const { t } = useWords();
  useEffect(() => {
    document.title = t("home.title");
  }, [t]);
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
        <h1 className={styles.heading}>{t("home.heading")}</h1>
        <p className={styles.lead}>{t("home.lead")}</p>
        <section className={styles.section} aria-labelledby="talk">
          <h2 id="talk" className={styles.title}>
            {t("home.talk")}
          </h2>
          <p className={styles.hint}>{t("home.talk_hint")}</p>
        </section>
        <section className={styles.section} aria-labelledby="build">
          <h2 id="build" className={styles.title}>
            {t("home.build")}
          </h2>
          <ul className={styles.list}>
            <li>
              <a className={styles.row} href="/docs">
                <RowText name={t("home.api")} hint={t("home.api_hint")} />
              </a>
            </li>
            <li>
              <a className={styles.row} href="/health/ready">
                <RowText name={t("home.health")} hint={t("home.health_hint")} />
              </a>
            </li>
          </ul>
        </section>
      </main>
    </div>
  );
}

function RowText({ name, hint }: { name: string; hint: string }) {
  return (
    <>
      <span className={styles.rowText}>
        <span className={styles.rowName} dir="auto">
          {name}
        </span>
        <span className={styles.hint}>{hint}</span>
      </span>
      <ArrowRight size={20} strokeWidth={1.75} aria-hidden />
    </>
  );
}
