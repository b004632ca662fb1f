// The frame of an import: choose a file, see what it would do and what is wrong with it, apply all of it or nothing.
import { Alert, Button, FileButton } from "@mantine/core";
import { Upload } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { type Fault, type Line, readCsv } from "./csv";

interface ImportProps {
  hint: string;
  faults: readonly Fault[];
  /** What the server says against it, in words. */
  refusal: string | null;
  /** What it would do; null while there is nothing. */
  preview: ReactNode;
  action: string;
  isBusy: boolean;
  canApply: boolean;
  onRead: (lines: Line[]) => void;
  onApply: () => void;
  onClose: () => void;
}

const MOST_BYTES = 5_000_000;
const MOST_FAULTS = 50;

export function ImportFile({
  hint,
  faults,
  refusal,
  preview,
  action,
  isBusy,
  canApply,
  onRead,
  onApply,
  onClose,
}: ImportProps) {
  const { t } = useWords();
  const [name, setName] = useState<string | null>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const choose = async (file: File | null) => {
    if (!file) return;
    setName(file.name);
    setTooLarge(file.size > MOST_BYTES);
    onRead(file.size > MOST_BYTES ? [] : readCsv(await file.text()));
  };
  return (
    <section className={styles.panel} aria-label={t("kept.import")}>
      <p className={styles.hint}>{hint}</p>
      <div className={styles.line}>
        <FileButton
          onChange={(file) => void choose(file)}
          accept=".csv,text/csv"
          inputProps={{ "aria-label": t("kept.choose_file") }}
        >
          {(props) => (
            <Button {...props} variant="default" leftSection={<Upload {...ICON} />}>
              {t("kept.choose_file")}
            </Button>
          )}
        </FileButton>
        {name && <span className={styles.quiet}>{name}</span>}
      </div>
      {isTooLarge && <Alert color="red">{t("kept.file_large", { size: MOST_BYTES / 1_000_000 })}</Alert>}
      {faults.length > 0 && (
        <Alert color="red" title={t("kept.file_faults", { count: faults.length })} role="alert">
          <ul className={styles.faults}>
            {faults.slice(0, MOST_FAULTS).map((fault) => (
              <li key={`${fault.line} ${fault.what} ${fault.about}`}>
                {t("kept.in_line", { line: fault.line })} {t(`kept.fault_${fault.what}`, { name: fault.about })}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {refusal && (
        <Alert color="red" role="alert">
          {refusal}
        </Alert>
      )}
      {preview}
      <div className={styles.end}>
        <Button loading={isBusy} disabled={!canApply} onClick={onApply}>
          {action}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
      </div>
    </section>
  );
}
