// A text to be taken along: an address, a line of code; and one that is shown this once.
import { Alert, Button, CopyButton } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useWords } from "../i18n/useWords";
import { ICON } from "../ui/icon";
import styles from "./CopyLine.module.css";

export function CopyLine({ value, label }: { value: string; label?: string }) {
  const { t } = useWords();
  return (
    <div className={styles.line}>
      <code>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="compact-md"
            variant="default"
            leftSection={copied ? <Check {...ICON} /> : <Copy {...ICON} />}
            onClick={copy}
            aria-label={label}
          >
            {t(copied ? "app.copied" : "app.copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

interface ShownOnceProps {
  title: string;
  /** Where it belongs, and that it does not come again. */
  text: string;
  value: string;
}

export function ShownOnce({ title, text, value }: ShownOnceProps) {
  return (
    <Alert color="accent" mt="md" title={title} role="status">
      <p>{text}</p>
      <CopyLine value={value} />
    </Alert>
  );
}
