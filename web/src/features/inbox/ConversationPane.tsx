// One conversation: what was said, what each turn did, and the place of a person who answers instead of the bot.
import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Hand, Info } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import type { Frame } from "../../realtime/socket";
import { api } from "../../session/api";
import { useMe } from "../../shell/me";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { Composer } from "../chat/Composer";
import { Actions } from "./Actions";
import styles from "./ConversationPane.module.css";
import { Desk } from "./desk";
import type { Hears } from "./InboxPage";
import { personName } from "./names";
import { type Session, useSession, useSteering } from "./queries";
import { SidePanel } from "./SidePanel";
import { Transcript } from "./Transcript";

const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 5_000;

export interface PaneProps {
  bot: PlaceBot;
  sessionId: string;
  /** The message that was looked for. */
  foundId: string | null;
  backTo: string;
  hears: Hears;
  isLive: boolean;
  send: (frame: Frame) => boolean;
}

export function ConversationPane(props: PaneProps) {
  const session = useSession(props.sessionId);
  if (session.isPending) return <Ghosts />;
  if (!session.data) return <Failed error={session.error} onAgain={() => session.refetch()} />;
  return <Opened {...props} session={session.data} />;
}

function useDesk({ session, foundId, hears, isLive }: PaneProps & { session: Session }) {
  const queries = useQueryClient();
  // What is kept of a session never changes whom and where it is with.
  const [desk] = useState(() => new Desk(session));
  const view = useSyncExternalStore(desk.subscribe, desk.view);
  useEffect(() => () => desk.close(), [desk]);
  // Once at the beginning, and again whenever the line is back: what was said meanwhile is read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the line's return is the reason
  useEffect(() => {
    void desk.open(foundId);
  }, [desk, foundId, isLive]);
  useEffect(
    () =>
      hears((frame) => {
        desk.hear(frame);
        const isHere = frame.session_id === session.id;
        if (!isHere || !(frame.type === "session" || frame.type === "turn")) return;
        void queries.invalidateQueries({ queryKey: ["inbox", "session", session.id] });
        void queries.invalidateQueries({ queryKey: ["variables"] });
      }),
    [desk, hears, queries, session.id],
  );
  return { desk, view };
}

function Opened(props: PaneProps & { session: Session }) {
  const { t } = useWords();
  const { bot, session, backTo, foundId } = props;
  const { desk, view } = useDesk(props);
  const [isBeside, setBeside] = useState(() => matchMedia("(min-width: 1280px)").matches);
  const name = personName(t, { person: session.username ?? null, user_id: session.user_id });
  return (
    <div className={styles.pane}>
      <section className={styles.talk} aria-label={t("inbox.talk_with", { name })}>
        <header className={styles.head}>
          <Link href={backTo} className={styles.back} aria-label={t("inbox.back")}>
            <ArrowLeft {...ICON} />
          </Link>
          <div className={styles.who}>
            <h2 className={styles.name} dir="auto">
              {name}
            </h2>
            <p className={styles.quiet}>{session.step_name ?? t("inbox.not_begun")}</p>
          </div>
          {bot.access !== "viewer" && <Actions bot={bot} session={session} backTo={backTo} />}
          <Button
            kind="icon"
            aria-label={t("inbox.about")}
            title={t("inbox.about")}
            aria-expanded={isBeside}
            onClick={() => setBeside(!isBeside)}
          >
            <Info {...ICON} />
          </Button>
        </header>
        <Transcript bot={bot} desk={desk} view={view} foundId={foundId} name={name} />
        {bot.access === "viewer" ? (
          <p className={styles.note}>{t("inbox.viewer")}</p>
        ) : (
          <Answer session={session} desk={desk} send={props.send} />
        )}
      </section>
      {isBeside && <SidePanel bot={bot} session={session} onClose={() => setBeside(false)} />}
    </div>
  );
}

/** Where a person takes over, and then writes. */
function Answer({ session, desk, send }: { session: Session; desk: Desk; send: (frame: Frame) => boolean }) {
  const { t } = useWords();
  const { data: me } = useMe();
  const field = useRef<HTMLTextAreaElement>(null);
  const params = { path: { session_id: session.id } };
  const takeOver = useSteering(() => dataOf(api.POST("/api/v1/sessions/{session_id}/pause", { params })));
  const typing = useTyping(session.id, send);
  const begin = useRef<HTMLButtonElement>(null);
  const wasPaused = useRef(false);
  // Who has handed back by keyboard is where he can take over again; the button he pressed is gone.
  useEffect(() => {
    if (wasPaused.current && !session.paused_by && document.activeElement === document.body) begin.current?.focus();
    wasPaused.current = Boolean(session.paused_by);
  }, [session.paused_by]);
  if (!session.paused_by)
    return (
      <div className={styles.note}>
        <p>{t("inbox.bot_answers")}</p>
        <Button ref={begin} kind="main" disabled={takeOver.isPending} onClick={() => takeOver.mutate(undefined)}>
          <Hand {...ICON} />
          {t("inbox.take_over")}
        </Button>
      </div>
    );
  return (
    <div className={styles.answer} onInput={typing}>
      <p className={styles.state} role="status">
        {t(session.paused_by === me?.id ? "inbox.you_answer" : "inbox.other_answers")}
      </p>
      <Composer ref={field} session={desk} />
    </div>
  );
}

/** Tells the person that somebody writes, now and then while that is so. */
function useTyping(sessionId: string, send: (frame: Frame) => boolean) {
  const told = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      told.current = 0;
      send({ type: "typing", session_id: sessionId, is_typing: false });
    }, TYPING_ENDS_MS);
    if (Date.now() - told.current < TYPING_EVERY_MS) return;
    told.current = Date.now();
    send({ type: "typing", session_id: sessionId, is_typing: true });
  };
}
