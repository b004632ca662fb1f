import { useWords } from "../../i18n/useWords";
import { exactTime } from "../../ui/time";
import { isCron, type Schedule } from "./queries";
import { sentence } from "./when";

/** When it comes, in one sentence of the page's language. */
export function useSentence(schedule: Schedule): string {
  const { t, language } = useWords();
  if (isCron(schedule)) return sentence(schedule.description[language], schedule.timezone ?? "UTC", language);
  return schedule.send_at ? t("schedule.once", { when: exactTime(schedule.send_at, language) }) : t("schedule.never");
}
