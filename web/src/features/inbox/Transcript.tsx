// What was said, in the bubbles of the chat, and after each turn what it did. The newest stays in sight.
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useWords } from "../../i18n/useWords";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import log from "../../ui/Log.module.css";
import { MessageCluster } from "../chat/MessageCluster";
import type { Desk, DeskView } from "./desk";
import { TurnLine } from "./Trace";
import styles from "./Transcript.module.css";
import { timeline } from "./timeline";

interface TranscriptProps {
  bot: PlaceBot;
  desk: Desk;
  view: DeskView;
  foundId: string | null;
  name: string;
}

const NEAR_PX = 80;

/** Follows the newest while the reader is at the end; what was looked for is shown first. */
function useFollow(view: DeskView, foundId: string | null) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ isAtEnd: true, height: 0, oldest: "" });
  const isFoundShown = useRef(false);
  const oldest = view.messages[0]?.id ?? "";
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || view.phase !== "ready") return;
    const found = foundId !== null && !isFoundShown.current && element.querySelector("[data-found]");
    const { isAtEnd, height, oldest: before } = place.current;
    if (found) {
      found.scrollIntoView({ block: "center" });
      isFoundShown.current = true;
      place.current.isAtEnd = false;
    } else if (isAtEnd) element.scrollTop = element.scrollHeight;
    else if (before && before !== oldest) element.scrollTop += element.scrollHeight - height;
    place.current.height = element.scrollHeight;
    place.current.oldest = oldest;
  }, [view, foundId, oldest]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // A widget or a picture that grows, and the keyboard of a phone, leave the end in sight.
    const observer = new ResizeObserver(() => {
      if (place.current.isAtEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const remember = () => {
    const element = box.current;
    if (!element) return;
    place.current.isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    place.current.height = element.scrollHeight;
  };
  return { box, remember };
}

export function Transcript({ bot, desk, view, foundId, name }: TranscriptProps) {
  const { t } = useWords();
  const { box, remember } = useFollow(view, foundId);
  const entries = useMemo(() => timeline(view.messages, view.turns, foundId), [view.messages, view.turns, foundId]);
  return (
    <div
      className={`${log.box} ${styles.box}`}
      ref={box}
      onScroll={remember}
      role="log"
      aria-label={t("inbox.talk_with", { name })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
      tabIndex={0}
    >
      <div className={log.content}>
        {view.phase === "opening" && <Ghosts />}
        {view.phase === "failed" && <Failed error={new TypeError()} onAgain={() => void desk.open()} />}
        {view.hasOlder && (
          <Button
            kind="quiet"
            className={styles.older}
            disabled={view.isLoadingOlder}
            onClick={() => void desk.loadOlder()}
          >
            {t("inbox.older")}
          </Button>
        )}
        {view.phase === "ready" && entries.length === 0 && <p className={log.empty}>{t("inbox.nothing_said")}</p>}
        {entries.map((entry) =>
          entry.kind === "turn" ? (
            <TurnLine key={entry.turn.id} botId={bot.id} turn={entry.turn} />
          ) : (
            <div key={entry.cluster.key} className={styles.cluster} data-found={entry.hasFound || undefined}>
              <MessageCluster
                cluster={entry.cluster}
                all={view.messages}
                name={bot.name}
                session={desk}
                ownName={name}
              />
            </div>
          ),
        )}
        <Offered view={view} />
      </div>
    </div>
  );
}

/** The buttons that the person has before them now. */
function Offered({ view }: { view: DeskView }) {
  const { t } = useWords();
  const offered = view.messages.at(-1)?.quickReplies ?? [];
  if (offered.length === 0) return null;
  return (
    <ul className={styles.offered} aria-label={t("inbox.offered")}>
      {offered.map((reply) => (
        <li key={`${reply.value} ${reply.text}`} className={styles.offer} dir="auto">
          {reply.text}
        </li>
      ))}
    </ul>
  );
}
