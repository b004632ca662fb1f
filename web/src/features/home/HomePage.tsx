// The start page: what this installation is, which chats are open to everyone, where developers go on.
import { ArrowRight } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { client, dataOf, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { PreferencesMenu } from "../../ui/PreferencesMenu";
import styles from "./HomePage.module.css";

type Channel = Schemas["ChannelOut"];

function usePublicChannels() {
  const [channels, setChannels] = useState<readonly Channel[] | "loading" | "failed">("loading");
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks for another try
  useEffect(() => {
    let isWanted = true;
    dataOf(client.GET("/api/v1/channels/public"))
      .then((page) => isWanted && setChannels(page.items))
      .catch(() => isWanted && setChannels("failed"));
    return () => {
      isWanted = false;
    };
  }, [tries]);
  return { channels, again: () => setTries(tries + 1) };
}

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
          <PublicChats />
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

function PublicChats() {
  const { t } = useWords();
  const { channels, again } = usePublicChannels();
  if (channels === "loading") return <div className={styles.skeleton} aria-hidden />;
  if (channels === "failed")
    return (
      <p className={styles.hint} role="status">
        {t("home.chats_failed")}{" "}
        <Button kind="quiet" onClick={again}>
          {t("shell.again")}
        </Button>
      </p>
    );
  if (channels.length === 0) return <p className={styles.hint}>{t("home.no_chats")}</p>;
  return (
    <ul className={styles.list}>
      {channels.map((channel) => (
        <li key={channel.id}>
          <Link className={styles.row} href={`/chat/${channel.id}`}>
            <RowText name={channel.name} hint={t("home.open_chat")} />
          </Link>
        </li>
      ))}
    </ul>
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
