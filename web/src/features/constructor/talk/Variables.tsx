// The variables of the talk, and a way to set one by hand.
import { type FormEvent, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import styles from "./TalkPanel.module.css";
import { setVariable, useTalk } from "./talk";
import { shownValue, typedValue } from "./way";

const SCOPES = ["session", "user", "bot", "channel"] as const;

export function Variables() {
  const { t } = useWords();
  const state = useTalk((talk) => talk.state);
  const [path, setPath] = useState("session.");
  const [value, setValue] = useState("");
  const rows = SCOPES.flatMap((scope) =>
    Object.entries(state?.[scope] ?? {}).map(([name, is]) => ({ path: `${scope}.${name}`, is })),
  );
  const set = (event: FormEvent) => {
    event.preventDefault();
    if (setVariable(path, typedValue(value))) setValue("");
  };
  return (
    <details className={styles.variables}>
      <summary>{t("talk.variables")}</summary>
      {rows.length === 0 && <p className={styles.quiet}>{t("talk.no_variables")}</p>}
      <ul className={styles.saved}>
        {rows.map((row) => (
          <li key={row.path}>
            <code>{row.path}</code>: <b>{shownValue(row.is)}</b>
          </li>
        ))}
      </ul>
      <form className={styles.row} onSubmit={set}>
        <input
          className={styles.input}
          value={path}
          aria-label={t("talk.variable_path")}
          onChange={(event) => setPath(event.target.value)}
        />
        <input
          className={styles.input}
          value={value}
          aria-label={t("talk.variable_value")}
          placeholder={t("talk.variable_value")}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button type="submit">{t("talk.variable_set")}</Button>
      </form>
    </details>
  );
}
