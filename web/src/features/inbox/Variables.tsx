// What is remembered in one scope, to look at and to mend: each value is edited where it stands.
import { Check, Pencil, Plus, Trash2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { errorWords } from "../../shell/errors";
import { ListEnd } from "../../shell/place/ListEnd";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { typedValue } from "../constructor/talk/way";
import { type Owner, useChange, useVariables, type Variable } from "../kept/variables/owners";
import styles from "./Variables.module.css";

interface VariablesProps {
  owner: Owner;
  title: string;
  isReadOnly: boolean;
}

export function Variables({ owner, title, isReadOnly }: VariablesProps) {
  const { t } = useWords();
  const pages = useVariables(owner);
  const [isAdding, setAdding] = useState(false);
  const change = useChange(owner);
  // What was written stays in its field until it is kept: a refusal loses nothing.
  const set = (path: string, text: string, onKept: () => void) =>
    change.mutate([{ op: "set", path, value: typedValue(text) as never }], { onSuccess: onKept });
  return (
    <section className={styles.section} aria-label={title}>
      <header className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        {!isReadOnly && (
          <Button
            kind="icon"
            aria-label={t("inbox.add_variable", { scope: owner.scope })}
            title={t("inbox.add_variable", { scope: owner.scope })}
            onClick={() => setAdding(!isAdding)}
          >
            <Plus {...ICON} />
          </Button>
        )}
      </header>
      {isAdding && <NewVariable onSet={(path, text) => set(path, text, () => setAdding(false))} />}
      {(change.error ?? pages.error) && (
        <p className={styles.error} role="alert">
          {errorWords(t, change.error ?? pages.error)}
        </p>
      )}
      {!pages.isPending && pages.items.length === 0 && !isAdding && (
        <p className={styles.quiet}>{t("inbox.no_variables")}</p>
      )}
      <ul>
        {pages.items.map((variable) => (
          <Row
            key={variable.path}
            variable={variable}
            isReadOnly={isReadOnly}
            onSet={(text, onKept) => set(variable.path, text, onKept)}
            onRemove={() => change.mutate([{ op: "remove", path: variable.path }])}
          />
        ))}
      </ul>
      <ListEnd {...pages} />
    </section>
  );
}

interface RowProps {
  variable: Variable;
  isReadOnly: boolean;
  onSet: (text: string, onKept: () => void) => void;
  onRemove: () => void;
}

const written = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function Row({ variable, isReadOnly, onSet, onRemove }: RowProps) {
  const { t } = useWords();
  const [text, setText] = useState<string | null>(null);
  const { path, value, is_cut: isCut } = variable;
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (text !== null) onSet(text, () => setText(null));
  };
  if (text !== null)
    return (
      <li>
        <form className={styles.form} onSubmit={save} onKeyDown={(event) => event.key === "Escape" && setText(null)}>
          <label className={styles.path}>
            {path}
            <textarea
              className={styles.field}
              rows={2}
              value={text}
              // biome-ignore lint/a11y/noAutofocus: who opens it wants to write
              autoFocus
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <Button kind="icon" type="submit" aria-label={t("app.save")} title={t("app.save")}>
            <Check {...ICON} />
          </Button>
          <Button kind="icon" aria-label={t("app.cancel")} title={t("app.cancel")} onClick={() => setText(null)}>
            <X {...ICON} />
          </Button>
        </form>
      </li>
    );
  return (
    <li className={styles.row}>
      <span className={styles.pair}>
        <code className={styles.path}>{path}</code>
        <span className={styles.value} dir="auto">
          {isCut ? t("inbox.large", { bytes: variable.size_bytes }) : written(value)}
        </span>
      </span>
      {!isReadOnly && (
        <span className={styles.tools}>
          {!isCut && (
            <Button
              kind="icon"
              aria-label={t("inbox.edit_variable", { path })}
              title={t("inbox.edit_variable", { path })}
              onClick={() => setText(written(value))}
            >
              <Pencil {...ICON} />
            </Button>
          )}
          <Button
            kind="icon"
            aria-label={t("inbox.remove_variable", { path })}
            title={t("inbox.remove_variable", { path })}
            onClick={onRemove}
          >
            <Trash2 {...ICON} />
          </Button>
        </span>
      )}
    </li>
  );
}

function NewVariable({ onSet }: { onSet: (path: string, text: string) => void }) {
  const { t } = useWords();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSet(String(form.get("path")).trim(), String(form.get("value")));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <input
        className={styles.field}
        name="path"
        required
        maxLength={500}
        // biome-ignore lint/a11y/noAutofocus: who opens it wants to write
        autoFocus
        aria-label={t("inbox.variable_name")}
        placeholder={t("inbox.variable_name")}
      />
      <input
        className={styles.field}
        name="value"
        aria-label={t("inbox.variable_value")}
        placeholder={t("inbox.variable_value")}
      />
      <Button kind="icon" type="submit" aria-label={t("app.save")} title={t("app.save")}>
        <Check {...ICON} />
      </Button>
    </form>
  );
}
