// Where a conversation begins, and what it knows from its beginning; both are changed on the canvas.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { dataOf } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import facts from "../../shell/place/Facts.module.css";
import { addressOf, type PlaceBot } from "../../shell/places";
import styles from "./Settings.module.css";

const MOST_SHOWN = 20;

export function Starting({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const variables = Object.entries(bot.variables);
  const stepName = useStepName(bot.first_step_id);
  const canvas = addressOf(bot.id, "");
  return (
    <dl className={`${facts.facts} ${styles.facts}`}>
      <dt>{t("settings.first_step")}</dt>
      <dd dir="auto">
        {bot.first_step_id === null ? (
          <Link href={canvas}>{t("settings.no_first_step")}</Link>
        ) : (
          <Link href={`${canvas}?step=${bot.first_step_id}`} title={t("settings.to_step")}>
            {stepName || t("settings.to_step")}
          </Link>
        )}
      </dd>
      <dt>{t("settings.variables")}</dt>
      <dd>
        {variables.length === 0 && <span className={styles.quiet}>{t("settings.no_variables")}</span>}
        <ul>
          {variables.slice(0, MOST_SHOWN).map(([name, value]) => (
            <li key={name}>
              <code>{name}</code>: {typeof value === "string" ? value : JSON.stringify(value)}
            </li>
          ))}
        </ul>
        {variables.length > MOST_SHOWN && t("settings.more_variables", { count: variables.length - MOST_SHOWN })}
      </dd>
    </dl>
  );
}

function useStepName(part_id: string | null): string | undefined {
  const { data } = useQuery({
    queryKey: ["bots", "step", part_id],
    queryFn: () => dataOf(api.GET("/api/v1/steps/{part_id}", { params: { path: { part_id: part_id ?? "" } } })),
    enabled: part_id !== null,
  });
  return data?.name;
}
