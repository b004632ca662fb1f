// Turns that went wrong: which errors, how often, and the newest with the way to their conversation.
import { Link } from "wouter";
import { told } from "../../i18n/told";
import { useWords } from "../../i18n/useWords";
import { exactTime, relativeTime } from "../../ui/time";
import styles from "./AnalyticsPage.module.css";
import type { Analytics } from "./queries";

export function Errors({ botId, data }: { botId: string; data: Analytics }) {
  const { t, language } = useWords();
  return (
    <>
      <ul className={styles.codes}>
        {data.error_counts.map(({ code, count }) => (
          <li key={code}>{t("analytics.error_times", { code: told(code), count })}</li>
        ))}
      </ul>
      <ul className={styles.errors}>
        {data.errors.map((seen) => (
          <li key={seen.turn_id} className={styles.error}>
            <span className={styles.what} dir="auto">
              {told(seen.error)}
            </span>
            <time dateTime={seen.created_at} title={exactTime(seen.created_at, language)}>
              {relativeTime(seen.created_at, language)}
            </time>
            <Link href={`/bots/${botId}/inbox?session=${seen.session_id}`}>{t("analytics.open_session")}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
