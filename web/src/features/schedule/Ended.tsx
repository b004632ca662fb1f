// How one time of a schedule ended, in a few words.
import { useWords } from "../../i18n/useWords";
import { exactTime, relativeTime } from "../../ui/time";
import type { Firing } from "./queries";
import styles from "./Schedule.module.css";

export function Ended({ firing }: { firing: Firing }) {
  const { t, language } = useWords();
  const when = relativeTime(firing.created_at, language);
  const isBad = Boolean(firing.error) || (firing.failed ?? 0) > 0;
  const words = firing.error
    ? t("schedule.stopped", { when })
    : firing.done_at
      ? t("schedule.reached", { when, count: firing.reached })
      : t("schedule.under_way", { when, count: firing.reached });
  return (
    <span className={isBad ? styles.wrong : ""} title={exactTime(firing.created_at, language)}>
      {words}
      {Boolean(firing.failed) && `, ${t("schedule.failed", { count: firing.failed ?? 0 })}`}
    </span>
  );
}
