import { MessageSquarePlus } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import styles from "./StartOver.module.css";

/** Begins another conversation, after saying what that means: the present one cannot be reached again. */
export function StartOver({ onConfirm }: { onConfirm: () => void }) {
  const { t } = useWords();
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking)
    return (
      <Button onClick={() => setIsAsking(true)}>
        <MessageSquarePlus size={16} strokeWidth={1.75} aria-hidden />
        {t("chat.start_over")}
      </Button>
    );
  const confirm = () => {
    setIsAsking(false);
    onConfirm();
  };
  return (
    <div>
      <p className={styles.hint} role="status">
        {t("chat.start_over_hint")}
      </p>
      <div className={styles.actions}>
        <Button kind="main" onClick={confirm} autoFocus>
          {t("chat.start_over_confirm")}
        </Button>
        <Button onClick={() => setIsAsking(false)}>{t("chat.cancel")}</Button>
      </div>
    </div>
  );
}
