// How many conversations wait for a person, beside the icon of the inbox.
import { useWords } from "../../i18n/useWords";
import { useInboxCounts } from "./queries";
import styles from "./WaitingBadge.module.css";

export function WaitingBadge({ botId }: { botId: string }) {
  const { t } = useWords();
  const { data: counts } = useInboxCounts(botId);
  if (!counts?.waiting) return null;
  const words = t("app.waiting_people", { count: counts.waiting });
  return (
    <span className={styles.badge} title={words}>
      <span aria-hidden>{counts.waiting > 99 ? "99+" : counts.waiting}</span>
      <span className="only-heard">{words}</span>
    </span>
  );
}
