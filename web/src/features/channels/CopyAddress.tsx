import { CopyButton } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useWords } from "../../i18n/useWords";
import { ICON } from "../../ui/icon";
import styles from "./channels.module.css";

export function CopyAddress({ value }: { value: string }) {
  const { t } = useWords();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <button type="button" className={styles.action} onClick={copy}>
          {copied ? <Check {...ICON} /> : <Copy {...ICON} />}
          {t(copied ? "app.copied" : "channels.copy_address")}
        </button>
      )}
    </CopyButton>
  );
}
