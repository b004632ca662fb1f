// A value in the field of its type.
import { Switch, Textarea, TextInput } from "@mantine/core";
import { useWords } from "../../../i18n/useWords";
import styles from "../Kept.module.css";
import type { Kind } from "./owners";

interface ValueFieldProps {
  label: string;
  kind: Kind;
  text: string;
  error: string | null;
  isReadOnly?: boolean;
  onType: (text: string) => void;
  /** The field is left, or Enter pressed. */
  onDone?: () => void;
}

export function ValueField({ label, kind, text, error, isReadOnly = false, onType, onDone }: ValueFieldProps) {
  const { t } = useWords();
  if (kind === "null") return <span className={styles.quiet}>{t("kept.empty_value")}</span>;
  if (kind === "yes_no")
    return (
      <Switch
        aria-label={label}
        label={t(text === "true" ? "kept.yes" : "kept.no")}
        checked={text === "true"}
        disabled={isReadOnly}
        onChange={(event) => onType(String(event.currentTarget.checked))}
      />
    );
  if (kind === "number")
    return (
      <TextInput
        aria-label={label}
        inputMode="decimal"
        value={text}
        error={error}
        readOnly={isReadOnly}
        onChange={(event) => onType(event.currentTarget.value)}
        onBlur={onDone}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      />
    );
  return (
    <Textarea
      aria-label={label}
      autosize
      minRows={1}
      maxRows={12}
      value={text}
      error={error}
      readOnly={isReadOnly}
      spellCheck={kind === "text"}
      classNames={kind === "text" ? {} : { input: styles.code ?? "" }}
      dir="auto"
      onChange={(event) => onType(event.currentTarget.value)}
      onBlur={onDone}
    />
  );
}
