// A line, not a wall: the connection is away, and what that means.
import { useSyncExternalStore } from "react";
import { useWords } from "../i18n/useWords";
import styles from "./OfflineLine.module.css";

function subscribe(listen: () => void): () => void {
  addEventListener("online", listen);
  addEventListener("offline", listen);
  return () => {
    removeEventListener("online", listen);
    removeEventListener("offline", listen);
  };
}

export function OfflineLine() {
  const { t } = useWords();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className={isOnline ? undefined : styles.line}>
      {!isOnline && t("app.offline")}
    </div>
  );
}
