// What most people do not need, one click away.
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { ICON } from "../../ui/icon";
import styles from "./Fold.module.css";

interface FoldProps {
  title: string;
  isOpen?: boolean;
  /** Told when it is opened: what is inside may be read only then. */
  onOpen?: () => void;
  children: ReactNode;
}

export function Fold({ title, isOpen = false, onOpen, children }: FoldProps) {
  return (
    <details className={styles.fold} open={isOpen} onToggle={(event) => event.currentTarget.open && onOpen?.()}>
      <summary className={styles.foldTitle}>
        <ChevronRight {...ICON} className={styles.foldArrow} />
        {title}
      </summary>
      <div className={styles.foldBody}>{children}</div>
    </details>
  );
}
