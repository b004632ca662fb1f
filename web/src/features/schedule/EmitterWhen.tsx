import { TextInput } from "@mantine/core";
import { useWords } from "../../i18n/useWords";
import styles from "./Schedule.module.css";
import { ZoneField } from "./ZoneField";

interface EmitterWhenProps {
  at: string;
  timezone: string;
  error: string | undefined;
  onChange: (fields: { at?: string; timezone?: string }) => void;
  isReadOnly: boolean;
}

/** The moment of a message that is sent once. */
export function EmitterWhen({ at, timezone, error, onChange, isReadOnly }: EmitterWhenProps) {
  const { t } = useWords();
  return (
    <div className={styles.line}>
      <TextInput
        type="datetime-local"
        label={t("schedule.moment")}
        value={at}
        error={error}
        required
        onChange={(event) => onChange({ at: event.currentTarget.value })}
      />
      <ZoneField value={timezone} onChange={(zone) => onChange({ timezone: zone })} isReadOnly={isReadOnly} />
    </div>
  );
}
