// The inbox of a bot: who talks to it, what was said and why; people answer in its place here. One live line for all.
import { useQueryClient } from "@tanstack/react-query";
import { Inbox, MessageSquare } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useWords } from "../../i18n/useWords";
import type { Frame } from "../../realtime/socket";
import { useLiveLine } from "../../realtime/useLive";
import { Empty } from "../../shell/place/Place";
import { addressOf, type PlaceProps } from "../../shell/places";
import { ConversationPane } from "./ConversationPane";
import styles from "./InboxPage.module.css";
import { List } from "./List";
import { type Filter, useInboxCounts } from "./queries";
import { Undelivered } from "./Undelivered";

const AGAIN_AFTER_MS = 1_000;

export default function InboxPage({ bot }: PlaceProps) {
  const { t } = useWords();
  const [search] = useSearchParams();
  const sessionId = search.get("session");
  const [filter, setFilter] = useState<Filter>({ standing: "all", channelId: null, isToday: false });
  const { hears, isLive, send } = useInboxLine(bot.id, sessionId);
  const isUndelivered = search.get("view") === "undelivered";
  const base = addressOf(bot.id, "inbox");
  return (
    <div className={styles.page} data-open={sessionId !== null || undefined} data-plain={isUndelivered || undefined}>
      <div className={styles.list}>
        <Head botId={bot.id} isUndelivered={isUndelivered} base={base} />
        {isUndelivered ? (
          <Undelivered bot={bot} />
        ) : (
          <List botId={bot.id} base={base} openId={sessionId} filter={filter} onFilter={setFilter} />
        )}
      </div>
      {!isUndelivered && (
        <div className={styles.pane}>
          {sessionId && <h1 className={`${styles.alone} only-heard`}>{t("app.place_inbox")}</h1>}
          {sessionId ? (
            <ConversationPane
              key={`${sessionId} ${search.get("message") ?? ""}`}
              bot={bot}
              sessionId={sessionId}
              foundId={search.get("message")}
              backTo={base}
              hears={hears}
              isLive={isLive}
              send={send}
            />
          ) : (
            <div className={styles.none}>
              <Empty icon={<MessageSquare size={24} />} title={t("inbox.none_open")} text={t("inbox.none_open_text")} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

export type Hears = (hear: (frame: Frame) => void) => () => void;

/** Hears the bot and the open conversation; the list is read again soon after anything happened in the bot. */
function useInboxLine(botId: string, sessionId: string | null) {
  const queries = useQueryClient();
  const listener = useRef<((frame: Frame) => void) | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["inbox", botId, "list"] });
      void queries.invalidateQueries({ queryKey: ["inbox", botId, "counts"] });
    }, AGAIN_AFTER_MS);
  }, [queries, botId]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const topics = sessionId ? [`bot:${botId}`, `session:${sessionId}`] : [`bot:${botId}`];
  const { isLive, send } = useLiveLine(topics, (frame) => {
    if (["turn", "session", "missed", "message"].includes(frame.type)) again();
    listener.current?.(frame);
  });
  // What happened since the list was read, and before anybody listened.
  useEffect(() => {
    if (isLive) again();
  }, [isLive, again]);
  const hears: Hears = useCallback((hear) => {
    listener.current = hear;
    return () => {
      listener.current = null;
    };
  }, []);
  return { hears, isLive, send };
}

function Head({ botId, isUndelivered, base }: { botId: string; isUndelivered: boolean; base: string }) {
  const { t } = useWords();
  const { data: counts } = useInboxCounts(botId);
  return (
    <header className={styles.head}>
      <h1 className={styles.title}>{t("app.place_inbox")}</h1>
      <nav className={styles.tabs} aria-label={t("inbox.views")}>
        <Link href={base} className={styles.tab} aria-current={isUndelivered ? undefined : "page"}>
          <Inbox size={16} strokeWidth={1.75} aria-hidden />
          {t("inbox.conversations")}
        </Link>
        <Link
          href={`${base}?view=undelivered`}
          className={styles.tab}
          aria-current={isUndelivered ? "page" : undefined}
        >
          {t("inbox.undelivered")}
          {counts !== undefined && counts.undelivered > 0 && (
            <span className={styles.count}>
              {counts.undelivered}
              <span className="only-heard"> {t("inbox.undelivered_count", { count: counts.undelivered })}</span>
            </span>
          )}
        </Link>
      </nav>
    </header>
  );
}
