// Who sets and who reads a variable in the draft; a step's name leads to it.
import { Link } from "wouter";
import { useWords } from "../../../i18n/useWords";
import { Failed } from "../../../shell/place/states";
import { addressOf } from "../../../shell/places";
import styles from "../Kept.module.css";
import { useUsage } from "./owners";

export function Usage({ botId, path }: { botId: string; path: string }) {
  const { t } = useWords();
  const { data, error, refetch } = useUsage(botId, path);
  if (error) return <Failed error={error} onAgain={() => void refetch()} />;
  if (!data) return <p className={styles.usage} aria-busy />;
  const uses = data.flatMap(({ path: name, uses: found }) => found.map((use) => ({ ...use, name })));
  if (!uses.length) return <p className={styles.usage}>{t("kept.unused")}</p>;
  return (
    <ul className={styles.usage}>
      {uses.map((use) => (
        <li key={`${use.place} ${use.line} ${use.how} ${use.name}`}>
          {t(use.how === "set" ? "kept.sets" : "kept.reads", { name: use.name || path })}{" "}
          {use.steps.map((step, index) => (
            <span key={step.id}>
              {index > 0 && ", "}
              <Link href={`${addressOf(botId, "")}?step=${step.id}`}>{step.name || t("kept.unnamed_step")}</Link>
            </span>
          ))}
          {!use.steps.length && <span className={styles.quiet}>{use.place}</span>}
          {use.line !== null && <span className={styles.quiet}> {t("kept.line", { line: use.line })}</span>}
          {!use.exact && <span className={styles.quiet}> {t("kept.inexact")}</span>}
        </li>
      ))}
    </ul>
  );
}
