// What a person sees who has no bots yet: one sentence, ready bots, one button.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { GalleryCards } from "./GalleryCards";
import styles from "./StartHere.module.css";

export function StartHere() {
  const { t } = useWords();
  return (
    <div className={styles.whole}>
      <h1 className={styles.title}>{t("bots.first_title")}</h1>
      <p className={styles.lead}>{t("bots.first_text")}</p>
      <GalleryCards limit={4} />
      <div className={styles.actions}>
        <Button component={Link} href="/new">
          {t("bots.first_all")}
        </Button>
      </div>
    </div>
  );
}
