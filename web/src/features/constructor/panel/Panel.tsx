// The frame of what stands beside the canvas: its title, its tools, the way to close it.
import { X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
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

/** Who closes the panel is where he was before it opened. */
function useWayBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    },
    [before],
  );
}

export function Panel({ title, close, onClose, tools, children }: PanelProps) {
  useWayBack();
  return (
    <section className={styles.panel} aria-label={title} data-panel>
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
