// The page /chat/{channel_id}: draws one ChatSession and hands it what the person does.
import { WifiOff, X } from "lucide-react";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { PreferencesMenu } from "../../ui/PreferencesMenu";
import { HomeLink, StatePage } from "../../ui/StatePage";
import { Avatar } from "./Avatar";
import styles from "./ChatPage.module.css";
import { Composer } from "./Composer";
import { httpGateway } from "./gateway";
import { findHost } from "./hosted";
import { MessageLog } from "./MessageLog";
import { StartOver } from "./StartOver";
import { ChatSession } from "./session";
import type { ChatView } from "./view";

function useSession(channelId: string): [ChatSession, ChatView] {
  const [session] = useState(() => {
    const facts = findHost()?.facts ?? null;
    return new ChatSession({ channelId, gateway: httpGateway, facts });
  });
  useEffect(() => {
    const leave = findHost()?.follow(session);
    session.start();
    return () => {
      leave?.();
      session.stop();
    };
  }, [session]);
  return [session, useSyncExternalStore(session.subscribe, session.view)];
}

/** In a frame the page around is met first: it may know who the visitor is, and what was said before. */
function useIsMet(): boolean {
  const [isMet, setIsMet] = useState(findHost() === null);
  useEffect(() => {
    let isWanted = true;
    void findHost()?.met.then(() => isWanted && setIsMet(true));
    return () => {
      isWanted = false;
    };
  }, []);
  return isMet;
}

/** The page's title: the bot's name, and how many messages wait while the person looks elsewhere. */
function useTitle({ phase, name, unreadCount }: ChatView) {
  const { t } = useWords();
  useEffect(() => {
    if (phase !== "ready") return;
    document.title = (unreadCount > 0 ? `(${unreadCount}) ` : "") + t("chat.page_title", { name });
  }, [phase, name, unreadCount, t]);
}

export default function ChatPage({ channelId }: { channelId: string }) {
  return useIsMet() ? <OpenedChat channelId={channelId} /> : null;
}

function OpenedChat({ channelId }: { channelId: string }) {
  const [session, view] = useSession(channelId);
  const { t } = useWords();
  useTitle(view);
  if (view.phase === "gone")
    return (
      <StatePage code="404" title={t("chat.gone_title")} text={t("chat.gone_text")}>
        <HomeLink />
      </StatePage>
    );
  if (view.phase === "private")
    return (
      <StatePage code="403" title={t("chat.private_title")} text={t("chat.private_text")}>
        <HomeLink />
      </StatePage>
    );
  if (view.phase === "failed")
    return (
      <StatePage title={t("chat.failed_title")} text={`${t("chat.failed_text")} ${t("chat.retrying")}`}>
        <Button kind="main" onClick={() => location.reload()}>
          {t("shell.again")}
        </Button>
        <HomeLink />
      </StatePage>
    );
  return <Chat session={session} view={view} />;
}

function Chat({ session, view }: { session: ChatSession; view: ChatView }) {
  const { t } = useWords();
  const composer = useRef<HTMLTextAreaElement>(null);
  const host = findHost();
  useEffect(() => host?.subscribe(() => host.isOpen && composer.current?.focus()), [host]);
  const reply = useCallback(
    (value: string) => {
      session.send(value);
      // The chips go away with the answer; on a phone the keyboard must not jump up for it.
      if (matchMedia("(pointer: fine)").matches) composer.current?.focus();
      else document.getElementById("conversation")?.focus({ preventScroll: true });
    },
    [session],
  );
  const startOver = (closeMenu: () => void) => {
    session.startOver();
    closeMenu();
    composer.current?.focus();
  };
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Avatar name={view.name} size="large" />
        <div className={styles.who}>
          <h1 className={styles.name} dir="auto">
            {view.name || <span className={styles.nameSkeleton} />}
          </h1>
          <p className={styles.kind} role="status">
            {t(view.isPersonAnswering ? "chat.person_answers" : "chat.bot")}
          </p>
        </div>
        <PreferencesMenu>{(close) => <StartOver onConfirm={() => startOver(close)} />}</PreferencesMenu>
        {host?.canClose && (
          <Button kind="icon" aria-label={t("chat.close")} title={t("chat.close")} onClick={() => host.close()}>
            <X size={20} strokeWidth={1.75} aria-hidden />
          </Button>
        )}
      </header>
      <div role="status" className={styles.status}>
        {view.isOffline && (
          <p className={styles.offline}>
            <WifiOff size={16} strokeWidth={1.75} aria-hidden />
            {t("chat.offline")}
          </p>
        )}
      </div>
      <main className={styles.main}>
        <MessageLog session={session} view={view} onReply={reply} />
        <Composer ref={composer} session={session} />
      </main>
    </div>
  );
}
