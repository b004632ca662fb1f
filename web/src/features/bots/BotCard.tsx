// One bot on the start page: what it is, whether people get what is drawn, how it does, what is wrong with it.
import { useInViewport } from "@mantine/hooks";
import { CircleAlert, CircleCheck, CircleDashed, Headset, MessagesSquare, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import styles from "./BotCard.module.css";
import { BotMenu } from "./BotMenu";
import { type BotCardData, useProblems } from "./queries";

interface BotCardProps {
  bot: BotCardData;
  figures: Schemas["BotFigures"] | undefined;
  onTag: (tag: string) => void;
}

export function BotCard({ bot, figures, onTag }: BotCardProps) {
  const { t, language } = useWords();
  const { ref, inViewport } = useInViewport<HTMLLIElement>();
  return (
    <li className={styles.card} ref={ref}>
      <div className={styles.top}>
        <h2 className={styles.name} dir="auto">
          <Link href={`/bots/${bot.id}`} className={styles.link}>
            {bot.name}
          </Link>
        </h2>
        <BotMenu bot={bot} />
      </div>
      {bot.description && (
        <p className={styles.about} dir="auto">
          {bot.description}
        </p>
      )}
      <div className={styles.states}>
        <Published bot={bot} />
        <Problems bot={bot} isWanted={inViewport} />
        {bot.access !== "owner" && <span className={styles.state}>{t(`bots.access_${bot.access}`)}</span>}
      </div>
      {bot.tags.length > 0 && (
        <div className={styles.tags}>
          {bot.tags.map((tag) => (
            <button key={tag} type="button" className={styles.tag} onClick={() => onTag(tag)}>
              {tag}
            </button>
          ))}
        </div>
      )}
      <div className={styles.foot}>
        <Figure
          icon={<MessagesSquare {...ICON} />}
          text={t("bots.sessions_today", { count: figures?.sessions_today ?? 0 })}
        />
        {Boolean(figures?.paused) && (
          <Figure icon={<Headset {...ICON} />} text={t("bots.paused", { count: figures?.paused ?? 0 })} />
        )}
        {Boolean(figures?.errors_today) && (
          <span className={styles.bad}>
            <Figure
              icon={<CircleAlert {...ICON} />}
              text={t("bots.errors_today", { count: figures?.errors_today ?? 0 })}
            />
          </span>
        )}
        <time className={styles.time} dateTime={bot.updated_at} title={exactTime(bot.updated_at, language)}>
          {relativeTime(bot.updated_at, language)}
        </time>
      </div>
    </li>
  );
}

function Figure({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <span className={styles.figure}>
      {icon}
      {text}
    </span>
  );
}

function Published({ bot }: { bot: BotCardData }) {
  const { t } = useWords();
  if (bot.published_revision === null)
    return (
      <span className={styles.state}>
        <CircleDashed {...ICON} />
        {t("bots.draft")}
      </span>
    );
  return (
    <>
      <span className={`${styles.state} ${styles.good}`}>
        <CircleCheck {...ICON} />
        {t("bots.published", { number: bot.published_revision })}
      </span>
      {bot.unpublished_changes > 0 && (
        <span className={styles.state}>{t("bots.unpublished", { count: bot.unpublished_changes })}</span>
      )}
    </>
  );
}

function Problems({ bot, isWanted }: { bot: BotCardData; isWanted: boolean }) {
  const { t } = useWords();
  const { data: problems } = useProblems(bot, isWanted);
  // That nothing is drawn yet is no mistake.
  if (!problems || problems.every(({ code }) => code === "no_steps")) return null;
  const isError = problems.some(({ severity }) => severity === "error");
  return (
    <span className={`${styles.state} ${isError ? styles.bad : styles.doubtful}`}>
      <TriangleAlert {...ICON} />
      {t("bots.problems", { count: problems.length })}
    </span>
  );
}
