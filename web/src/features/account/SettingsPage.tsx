// The page /settings: one's own account, how the pages look, devices, tokens for programs.
import { useEffect } from "react";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { TopBar } from "../../shell/TopBar";
import { LanguageChoice, ThemeChoice } from "../../ui/Preferences";
import { Devices } from "./Devices";
import { Password } from "./Password";
import { Profile } from "./Profile";
import { Section } from "./Section";
import styles from "./SettingsPage.module.css";
import { Tokens } from "./Tokens";

export default function SettingsPage() {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${t("account.title")} · DBCV`;
  }, [t]);
  return (
    <>
      <TopBar />
      <main className={styles.main}>
        <nav aria-label={t("app.where")}>
          <Link href="/">{t("app.all_bots")}</Link>
        </nav>
        <h1 className={styles.title}>{t("account.title")}</h1>
        <Profile />
        <Section title={t("account.look")}>
          <div className={styles.choices}>
            <ThemeChoice />
            <LanguageChoice />
          </div>
        </Section>
        <Password />
        <Devices />
        <Tokens />
      </main>
    </>
  );
}
