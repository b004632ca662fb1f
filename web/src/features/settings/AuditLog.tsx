// Who changed what about a bot, and when. What was there before and after is one click away.
import { Select } from "@mantine/core";
import { useState } from "react";
import { dataOf, type Schemas } from "../../api/client";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ListEnd } from "../../shell/place/ListEnd";
import { usePages } from "../../shell/place/pages";
import { Failed, Ghosts } from "../../shell/place/states";
import { exactTime, relativeTime } from "../../ui/time";
import { ACTIONS, actionWords } from "./actions";
import styles from "./Settings.module.css";

type AuditEvent = Schemas["AuditEventOut"];

const PAGE = 20;

function useEvents(botId: string, action: string | null) {
  return usePages<AuditEvent>(["bots", "audit", botId, action], (cursor) => {
    const query = { limit: PAGE, ...(cursor && { cursor }), ...(action && { action }) };
    return dataOf(api.GET("/api/v1/bots/{bot_id}/audit", { params: { path: { bot_id: botId }, query } }));
  });
}

export function AuditLog({ botId }: { botId: string }) {
  const { t, language } = useWords();
  const [action, setAction] = useState<string | null>(null);
  const pages = useEvents(botId, action);
  const known = Object.keys(ACTIONS)
    .map((value) => ({ value, label: actionWords(t, value) }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
  return (
    <>
      <Select
        className={styles.filter ?? ""}
        aria-label={t("settings.action")}
        placeholder={t("settings.any_action")}
        data={known}
        value={action}
        onChange={setAction}
        clearable
        searchable
      />
      {pages.isPending && <Ghosts />}
      {pages.error && pages.items.length === 0 && <Failed error={pages.error} onAgain={() => pages.refetch()} />}
      {!pages.isPending && !pages.error && pages.items.length === 0 && (
        <p className={styles.quiet}>{t("settings.no_events")}</p>
      )}
      <ul className={styles.events}>
        {pages.items.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ul>
      <ListEnd {...pages} />
    </>
  );
}

const written = (value: unknown) =>
  value === undefined || value === null ? "—" : typeof value === "string" ? value : JSON.stringify(value);

const viaWords = (t: Translate, via: string): string =>
  via === "api_token" ? t("settings.via_token") : via === "mcp" ? t("settings.via_mcp") : "";

function Event({ event }: { event: AuditEvent }) {
  const { t, language } = useWords();
  const fields = [...new Set([...Object.keys(event.before), ...Object.keys(event.after)])];
  const about = [event.actor_name || t("settings.the_system"), viaWords(t, event.via)].filter(Boolean).join(", ");
  return (
    <li className={styles.event}>
      <p className={styles.what}>
        <b>{actionWords(t, event.action)}</b> <span dir="auto">{event.object_name}</span>
      </p>
      <p className={styles.quiet}>
        {about} ·{" "}
        <time dateTime={event.created_at} title={exactTime(event.created_at, language)}>
          {relativeTime(event.created_at, language)}
        </time>
      </p>
      {fields.length > 0 && (
        <details className={styles.more}>
          <summary>{t("settings.details")}</summary>
          <ul>
            {fields.map((field) => (
              <li key={field}>
                <code>{field}</code>: {field in event.before && `${written(event.before[field])} → `}
                {written(event.after[field])}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
