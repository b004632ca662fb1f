// The list of messages: keeps the newest in sight, or the place where the person reads.
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import log from "../../ui/Log.module.css";
import { Avatar } from "./Avatar";
import { groupMessages } from "./grouping";
import { MessageCluster } from "./MessageCluster";
import styles from "./MessageLog.module.css";
import type { ChatSession } from "./session";
import type { ChatView } from "./view";

const NEAR_PX = 48;

interface MessageLogProps {
  session: ChatSession;
  view: ChatView;
  onReply: (value: string) => void;
}

/** Follows the newest message while the person is at the end; holds still while they read further up. */
function useScroll(session: ChatSession, view: ChatView) {
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const before = useRef({ height: 0, top: 0, oldest: "", isAtEnd: true });
  const oldest = view.messages[0]?.id ?? "";

  const toEnd = useCallback(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, []);
  const remember = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    before.current = { ...before.current, height: element.scrollHeight, top: element.scrollTop, isAtEnd: atEnd };
    setIsAtEnd(atEnd);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the position is settled after everything that changes the height
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { height, top, isAtEnd: wasAtEnd, oldest: oldestBefore } = before.current;
    const isPrepended = oldestBefore !== "" && oldest !== oldestBefore;
    if (wasAtEnd) element.scrollTop = element.scrollHeight;
    else if (isPrepended) element.scrollTop = top + element.scrollHeight - height;
    before.current = { ...before.current, oldest, height: element.scrollHeight, top: element.scrollTop };
  }, [view.messages, view.isTyping, oldest]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // The keyboard of a phone, a folded text, a late font: the end stays in sight through all of them.
    const observer = new ResizeObserver(() => before.current.isAtEnd && toEnd());
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [toEnd]);

  useEffect(() => {
    const tell = () => session.setAttentive(isAtEnd && document.visibilityState === "visible");
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [session, isAtEnd]);

  return { box, isAtEnd, remember, toEnd };
}

export function MessageLog({ session, view, onReply }: MessageLogProps) {
  const { t } = useWords();
  const { box, isAtEnd, remember, toEnd } = useScroll(session, view);
  const clusters = useMemo(() => groupMessages(view.messages, view.unreadFromId), [view.messages, view.unreadFromId]);
  const last = view.messages.at(-1);
  const isAnswerUnderWay = view.isTyping || last?.status === "writing";
  const quickReplies = isAnswerUnderWay ? [] : (last?.quickReplies ?? []);
  const isOpening = (view.phase === "opening" && view.messages.length === 0) || (view.isStarting && !view.isTyping);

  // Sending brings the person back to the end, wherever they were reading.
  const ownLast = last?.author === "me" ? last.externalId : null;
  useEffect(() => {
    if (ownLast) toEnd();
  }, [ownLast, toEnd]);

  return (
    <div className={styles.frame}>
      <div
        id="conversation"
        className={`${log.box} ${styles.box}`}
        ref={box}
        onScroll={remember}
        role="log"
        aria-label={t("chat.log", { name: view.name })}
        aria-busy={view.phase === "opening" || view.older === "loading"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        tabIndex={0}
      >
        <div className={log.content}>
          <Older session={session} view={view} />
          {view.phase === "ready" && !view.hasOlder && <Intro view={view} />}
          {isOpening && <Skeleton />}
          {!isOpening && clusters.length === 0 && !view.isTyping && <p className={log.empty}>{t("chat.empty")}</p>}
          {clusters.map((cluster) => (
            <MessageCluster
              key={cluster.key}
              cluster={cluster}
              all={view.messages}
              name={view.name}
              session={session}
            />
          ))}
          {view.isTyping && (
            <div className={styles.typing}>
              <Avatar name={view.isPersonAnswering ? null : view.name} size="small" />
              <span className={styles.dots}>
                <span className="only-heard">
                  {t("chat.typing", { name: view.isPersonAnswering ? t("chat.person") : view.name })}
                </span>
                <i />
                <i />
                <i />
              </span>
            </div>
          )}
          {quickReplies.length > 0 && (
            <ul className={styles.replies} aria-label={t("chat.replies")}>
              {quickReplies.map((reply) => (
                <li key={`${reply.value} ${reply.text}`}>
                  <button type="button" className={styles.reply} dir="auto" onClick={() => onReply(reply.value)}>
                    {reply.text}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {!isAtEnd && (
        <Button className={styles.newest} onClick={toEnd} aria-label={t("chat.newest")} title={t("chat.newest")}>
          <ArrowDown size={16} strokeWidth={1.75} aria-hidden />
          {view.unreadCount > 0 && t("chat.unread", { count: view.unreadCount })}
        </Button>
      )}
    </div>
  );
}

/** Loads earlier messages as the person scrolls to the top; a button for those who do not scroll. */
function Older({ session, view }: { session: ChatSession; view: ChatView }) {
  const { t } = useWords();
  const button = useRef<HTMLButtonElement>(null);
  const isShown = view.hasOlder && view.phase === "ready";
  useEffect(() => {
    if (!isShown || !button.current || view.older !== "idle") return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void session.loadOlder());
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [session, isShown, view.older]);
  if (!isShown) return null;
  return (
    <div className={styles.older}>
      {view.older === "failed" && <p>{t("chat.earlier_failed")}</p>}
      <Button kind="quiet" ref={button} onClick={() => void session.loadOlder()}>
        {t(view.older === "loading" ? "chat.earlier_loading" : "chat.earlier")}
      </Button>
    </div>
  );
}

/** The beginning of every conversation: who this is, and whether it is a person. */
function Intro({ view: { name, isPersonAnswering } }: { view: ChatView }) {
  const { t } = useWords();
  return (
    <div className={styles.intro}>
      <Avatar name={name} size="huge" />
      <p className={styles.introName} dir="auto">
        {name}
      </p>
      <p>{t(isPersonAnswering ? "chat.intro_person" : "chat.intro")}</p>
    </div>
  );
}

function Skeleton() {
  const { t } = useWords();
  return (
    <div className={styles.skeleton}>
      <span className="only-heard">{t("chat.opening")}</span>
      <i />
      <i />
    </div>
  );
}
