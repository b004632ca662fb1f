// Shown on the first visit to bots that are there already, such as the demo of a fresh installation.
import { Button, CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { useMe } from "../../shell/me";
import styles from "./Welcome.module.css";

const KEY = "dbcv.welcomed";

function wasWelcomed(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true; // Storage is blocked: nobody wants to be welcomed at every visit.
  }
}

export function Welcome() {
  const { t, language } = useWords();
  const { data: me } = useMe();
  const [isShown, setIsShown] = useState(() => !wasWelcomed());
  const { data: channels, isPending } = useQuery({
    queryKey: ["channels", "first"],
    queryFn: async () => (await dataOf(api.GET("/api/v1/channels", { params: { query: { limit: 20 } } }))).items,
    enabled: isShown,
  });
  if (!isShown) return null;
  const close = () => {
    setIsShown(false);
    try {
      localStorage.setItem(KEY, "1");
    } catch {
      // Not kept: it is shown once more.
    }
  };
  const talks = (channels ?? []).filter((channel) => channel.is_public && channel.default_bot_id);
  const isRussian = (name: string) => /\p{Script=Cyrillic}/u.test(name);
  const talk = talks.find(({ name }) => isRussian(name) === (language === "ru")) ?? talks[0];
  // It takes its room at once, so that the bots below it do not move.
  return (
    <section className={styles.box} aria-labelledby="welcome" data-pending={!me || isPending || undefined}>
      <CloseButton className={styles.close} aria-label={t("app.close")} onClick={close} />
      <h2 id="welcome" className={styles.title}>
        {t("bots.welcome", { name: me?.username ?? "" })}
      </h2>
      <p className={styles.text}>{t(talk || isPending ? "bots.welcome_demo" : "bots.welcome_text")}</p>
      <div className={styles.actions}>
        {(talk || isPending) && (
          <Button component="a" href={talk && `/chat/${talk.id}`} target="_blank">
            {t("bots.welcome_talk")}
          </Button>
        )}
        <Button component={Link} href="/new" variant="default">
          {t("bots.welcome_new")}
        </Button>
        {me?.role === "ADMIN" && (
          <Button component={Link} href="/settings" variant="default">
            {t("bots.welcome_password")}
          </Button>
        )}
      </div>
    </section>
  );
}
