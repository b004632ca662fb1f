// What most people do not need, one click away.
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { ICON } from "../../ui/icon";
import styles from "./Fold.module.css";

export function Fold({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: ReactNode }) {
  return (
    <details className={styles.fold} open={isOpen}>
      <summary className={styles.foldTitle}>
        <ChevronRight {...ICON} className={styles.foldArrow} />
        {title}
      </summary>
      <div className={styles.foldBody}>{children}</div>
    </details>
  );
}
