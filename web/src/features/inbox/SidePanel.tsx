// Beside a conversation: where it stands, and what is remembered of it and of the person.
import { X } from "lucide-react";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import facts from "../../shell/place/Facts.module.css";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { useBotChannels } from "../channels/queries";
import type { Session } from "./queries";
import styles from "./SidePanel.module.css";
import { Variables } from "./Variables";

interface SidePanelProps {
  bot: PlaceBot;
  session: Session;
  onClose: () => void;
}

export function SidePanel({ bot, session, onClose }: SidePanelProps) {
  const { t } = useWords();
  const isReadOnly = bot.access === "viewer";
  return (
    <aside className={styles.panel} aria-label={t("inbox.about")}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t("inbox.about")}</h2>
        <Button kind="icon" aria-label={t("app.close")} title={t("app.close")} onClick={onClose}>
          <X {...ICON} />
        </Button>
      </header>
      <Facts bot={bot} session={session} />
      <Variables
        owner={{ scope: "session", id: session.id, botId: bot.id }}
        title={t("inbox.of_session")}
        isReadOnly={isReadOnly}
      />
      <Variables
        owner={{ scope: "user", id: session.user_id, botId: bot.id }}
        title={t("inbox.of_person")}
        isReadOnly={isReadOnly}
      />
    </aside>
  );
}

function Facts({ bot, session }: { bot: PlaceBot; session: Session }) {
  const { t, language } = useWords();
  const { items: channels } = useBotChannels(bot.id);
  const channel = channels.find((each) => each.id === session.channel_id);
  const at = (iso: string) => <time title={exactTime(iso, language)}>{relativeTime(iso, language)}</time>;
  const isOnCanvas = session.step_id !== null && !session.step_id.includes("/");
  return (
    <dl className={`${facts.facts} ${styles.facts}`}>
      <dt>{t("inbox.step")}</dt>
      <dd dir="auto">
        {session.step_id === null && t("inbox.not_begun")}
        {session.step_id !== null &&
          (isOnCanvas ? (
            <Link href={`/bots/${bot.id}?step=${encodeURIComponent(session.step_id)}`}>
              {session.step_name || session.step_id}
            </Link>
          ) : (
            session.step_name || session.step_id
          ))}
      </dd>
      {channel && (
        <>
          <dt>{t("inbox.channel")}</dt>
          <dd dir="auto">{channel.name}</dd>
        </>
      )}
      {session.revision !== null && (
        <>
          <dt>{t("inbox.version")}</dt>
          <dd>{session.revision}</dd>
        </>
      )}
      <dt>{t("inbox.began")}</dt>
      <dd>{at(session.created_at)}</dd>
      <dt>{t("inbox.active")}</dt>
      <dd>{at(session.updated_at)}</dd>
    </dl>
  );
}
