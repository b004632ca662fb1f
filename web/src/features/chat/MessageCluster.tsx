import { CircleAlert, Clock3 } from "lucide-react";
import { Fragment, useCallback, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { WidgetFrame } from "../../ui/WidgetFrame";
import { AttachmentView } from "./AttachmentView";
import { Avatar } from "./Avatar";
import type { ChatDesk } from "./desk";
import { type Cluster, dayName, isLong, keyOf, shownText } from "./grouping";
import { splitLinks } from "./links";
import styles from "./MessageCluster.module.css";
import type { ChatMessage } from "./messages";

interface ClusterProps {
  cluster: Cluster;
  all: readonly ChatMessage[];
  name: string;
  session: ChatDesk;
  /** What a screen reader calls who said it, where that is not the visitor who reads. */
  ownName?: string;
}

/** What one author said within one minute, with the day or the unread line above it where one begins. */
export function MessageCluster({ cluster, all, name, session, ownName }: ClusterProps) {
  const { t, language } = useWords();
  const { author, messages, newDay, isUnreadStart, isMinuteEnd } = cluster;
  const last = messages.at(-1);
  const days = { today: t("chat.today"), yesterday: t("chat.yesterday") };
  return (
    <>
      {newDay !== null && <p className={styles.day}>{dayName(newDay, Date.now(), language, days)}</p>}
      {isUnreadStart && <p className={styles.unread}>{t("chat.new_messages")}</p>}
      <div className={`${styles.cluster} ${styles[author]}`} data-timed={isMinuteEnd}>
        {author === "bot" && <Avatar name={name} size="small" />}
        {author === "person" && <Avatar name={null} size="small" />}
        <div className={styles.column}>
          {author === "person" && <p className={styles.who}>{t("chat.person")}</p>}
          {messages.map((message) => (
            <Fragment key={keyOf(message)}>
              <Bubble
                message={message}
                before={all[all.indexOf(message) - 1]}
                name={name}
                session={session}
                ownName={ownName}
              />
              {message.status === "failed" && <Failed message={message} session={session} />}
            </Fragment>
          ))}
          {last && (isMinuteEnd || last.status === "sending") && hasMeta(last) && <Meta message={last} />}
        </div>
      </div>
    </>
  );
}

function hasMeta({ status }: ChatMessage): boolean {
  return status !== "failed" && status !== "writing";
}

interface BubbleProps {
  message: ChatMessage;
  before: ChatMessage | undefined;
  name: string;
  session: ChatDesk;
  ownName: string | undefined;
}

function Bubble({ message, before, name, session, ownName }: BubbleProps) {
  const { t } = useWords();
  const text = shownText(message, before);
  const speaker = { me: ownName ?? t("chat.you"), bot: name, person: t("chat.person") }[message.author];
  const say = useCallback((words: string) => session.send(words), [session]);
  return (
    <div
      className={styles.bubble}
      data-status={message.status}
      data-widget={message.widget !== null}
      dir="auto"
      // A screen reader hears a reply once, when it is whole.
      aria-hidden={message.status === "writing"}
    >
      <span className="only-heard">{speaker}: </span>
      {text !== "" && <Text text={text} />}
      {message.attachments.map((attachment) => (
        <AttachmentView key={`${attachment.url} ${attachment.name}`} attachment={attachment} session={session} />
      ))}
      {message.widget && <WidgetFrame widget={message.widget} onSend={say} />}
    </div>
  );
}

function Text({ text }: { text: string }) {
  const { t } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const isFoldable = isLong(text);
  return (
    <>
      <div className={isFoldable && !isOpen ? `${styles.text} ${styles.folded}` : styles.text}>
        {splitLinks(text).map((part, place) =>
          part.href ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
            <a key={place} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {part.text}
            </a>
          ) : (
            part.text
          ),
        )}
      </div>
      {isFoldable && (
        <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t(isOpen ? "chat.less" : "chat.more")}
        </button>
      )}
    </>
  );
}

function Meta({ message }: { message: ChatMessage }) {
  const { t, language } = useWords();
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "medium" }).format(message.sentAt);
  const short = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(message.sentAt);
  return (
    <p className={styles.meta}>
      {message.status === "sending" && (
        <span className={styles.sending} title={t("chat.sending")}>
          <Clock3 size={12} strokeWidth={1.75} aria-hidden />
          <span className="only-heard">{t("chat.sending")}</span>
        </span>
      )}
      <time dateTime={new Date(message.sentAt).toISOString()} title={exact}>
        {short}
      </time>
    </p>
  );
}

function Failed({ message, session }: { message: ChatMessage; session: ChatDesk }) {
  const { t } = useWords();
  const id = message.externalId ?? "";
  return (
    <div className={styles.failed} role="alert">
      <CircleAlert size={16} strokeWidth={1.75} aria-hidden />
      <span>{message.failure ? t("chat.failed_reason", { reason: message.failure }) : t("chat.failed")}</span>
      <Button kind="quiet" onClick={() => session.sendAgain(id)}>
        {t("chat.try_again")}
      </Button>
      <Button kind="quiet" onClick={() => session.discard(id)}>
        {t("chat.discard")}
      </Button>
    </div>
  );
}
