// The frame of what stands beside the canvas: its title, its tools, the way to close it.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import styles from "./Panel.module.css";

interface PanelProps {
  title: string;
  close: string;
  onClose: () => void;
  /** Buttons between the title and the one that closes. */
  tools?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, close, onClose, tools, children }: PanelProps) {
  return (
    <section className={styles.panel} aria-label={title}>
      <header className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        {tools}
        <Button kind="icon" aria-label={close} title={close} onClick={onClose}>
          <X {...ICON} />
        </Button>
      </header>
      {children}
    </section>
  );
}
