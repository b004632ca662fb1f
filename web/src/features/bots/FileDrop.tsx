// A bot's file dropped anywhere on a page is imported.
import { FileDown } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useWords } from "../../i18n/useWords";
import styles from "./FileDrop.module.css";
import { useImport } from "./importing";

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

export function FileDrop({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const { begin, isRunning, report } = useImport();
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0);
  const move = (step: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current += step;
    setIsOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    const [file] = event.dataTransfer.files;
    depth.current = 0;
    setIsOver(false);
    if (!file) return;
    event.preventDefault();
    void file.text().then(begin);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut; the same is done by a button on /new
    <div
      className={styles.area}
      onDragEnter={move(1)}
      onDragLeave={move(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {(isOver || isRunning) && (
        <div className={styles.cover} role="status">
          <FileDown size={32} strokeWidth={1.75} aria-hidden />
          {t(isRunning ? "bots.importing" : "bots.drop_here")}
        </div>
      )}
      {report}
    </div>
  );
}
