// The variables of the talk, and a way to set one by hand.
import { type FormEvent, useId, useMemo, useRef, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { useEditor, useEditorState } from "../editor/context";
import { variablesOf } from "../graph/variables";
import styles from "./TalkPanel.module.css";
import { setVariable, useTalk } from "./talk";
import { shownValue, typedValue, writtenValue } from "./way";

const SCOPES = ["session", "user", "bot", "channel"] as const;
const isKept = (path: string) => SCOPES.some((scope) => path.startsWith(`${scope}.`));

export function Variables() {
  const { t } = useWords();
  const state = useTalk((talk) => talk.state);
  const [isOpen, setOpen] = useState(false);
  const [path, setPath] = useState("session.");
  const [value, setValue] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const rows = SCOPES.flatMap((scope) =>
    Object.entries(state?.[scope] ?? {}).map(([name, is]) => ({ path: `${scope}.${name}`, is })),
  );
  const change = (row: (typeof rows)[number]) => {
    setPath(row.path);
    setValue(writtenValue(row.is));
    field.current?.focus();
  };
  return (
    <details className={styles.variables} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("talk.variables")}</summary>
      {rows.length === 0 && <p className={styles.quiet}>{t("talk.no_variables")}</p>}
      <ul className={styles.saved}>
        {rows.map((row) => (
          <li key={row.path}>
            <button
              type="button"
              className={styles.step}
              title={t("talk.variable_change", { path: row.path })}
              onClick={() => change(row)}
            >
              <code>{row.path}</code>
            </button>
            : <b>{shownValue(row.is)}</b>
          </li>
        ))}
      </ul>
      {isOpen && <SetVariable path={path} value={value} field={field} onPath={setPath} onValue={setValue} />}
    </details>
  );
}

interface SetVariableProps {
  path: string;
  value: string;
  field: React.RefObject<HTMLInputElement | null>;
  onPath: (path: string) => void;
  onValue: (value: string) => void;
}

function SetVariable({ path, value, field, onPath, onValue }: SetVariableProps) {
  const { t } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const known = useMemo(() => variablesOf(draft).filter(isKept), [draft]);
  const [isRefused, setRefused] = useState(false);
  const listId = useId();
  const set = (event: FormEvent) => {
    event.preventDefault();
    const isSet = setVariable(path, typedValue(value), editor.draft.bot.variables);
    setRefused(!isSet);
    if (isSet) onValue("");
  };
  return (
    <form className={styles.row} onSubmit={set}>
      <input
        className={styles.input}
        value={path}
        list={listId}
        aria-label={t("talk.variable_path")}
        aria-invalid={isRefused}
        onChange={(event) => onPath(event.target.value)}
      />
      <datalist id={listId}>
        {known.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <input
        ref={field}
        className={styles.input}
        value={value}
        aria-label={t("talk.variable_value")}
        placeholder={t("talk.variable_value")}
        onChange={(event) => onValue(event.target.value)}
      />
      <Button type="submit">{t("talk.variable_set")}</Button>
      {isRefused && (
        <p className={styles.error} role="alert">
          {t("talk.variable_refused")}
        </p>
      )}
    </form>
  );
}
