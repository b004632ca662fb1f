// Beside a conversation: where it stands, and what is remembered of it and of the person.
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Link } from "wouter";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import type { Session } from "./queries";
import styles from "./SidePanel.module.css";
import { type Scope, Variables } from "./Variables";

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
      <Variables scope={ofSession(session.id)} title={t("inbox.of_session")} isReadOnly={isReadOnly} />
      <Variables scope={ofUser(bot.id, session.user_id)} title={t("inbox.of_person")} isReadOnly={isReadOnly} />
    </aside>
  );
}

function ofSession(session_id: string): Scope {
  const path = { session_id };
  return {
    name: "session",
    key: ["inbox", "session", session_id, "variables"],
    read: (cursor) =>
      dataOf(
        api.GET("/api/v1/sessions/{session_id}/variables", { params: { path, query: { ...(cursor && { cursor }) } } }),
      ),
    change: (body) => dataOf(api.PATCH("/api/v1/sessions/{session_id}/variables", { params: { path }, body })),
  };
}

function ofUser(bot_id: string, user_id: string): Scope {
  const path = { bot_id, user_id };
  const at = "/api/v1/bots/{bot_id}/users/{user_id}/variables";
  return {
    name: "user",
    key: ["inbox", "user", user_id, "variables"],
    read: (cursor) => dataOf(api.GET(at, { params: { path, query: { ...(cursor && { cursor }) } } })),
    change: (body) => dataOf(api.PATCH(at, { params: { path }, body })),
  };
}

function useChannelName(channelId: string) {
  return useQuery({
    queryKey: ["channels", "one", channelId],
    queryFn: () => dataOf(api.GET("/api/v1/channels/{channel_id}", { params: { path: { channel_id: channelId } } })),
    staleTime: 60_000,
    retry: false,
  });
}

function Facts({ bot, session }: { bot: PlaceBot; session: Session }) {
  const { t, language } = useWords();
  const { data: channel } = useChannelName(session.channel_id);
  const at = (iso: string) => <time title={exactTime(iso, language)}>{relativeTime(iso, language)}</time>;
  const isOnCanvas = session.step_id !== null && !session.step_id.includes("/");
  return (
    <dl className={styles.facts}>
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
