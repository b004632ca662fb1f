// The files chosen for the next message: how far each one is, what is wrong with it, a way to take it back.
import { CircleAlert, FileText, Image, X } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { useWords } from "../../i18n/useWords";
import type { ChatDesk } from "./desk";
import type { Attachment } from "./messages";
import styles from "./PendingFiles.module.css";

export interface PendingFile {
  readonly key: number;
  readonly name: string;
  readonly isImage: boolean;
  /** From 0 to 1. */
  readonly part: number;
  readonly sent: Attachment | null;
  readonly failure: string | null;
}

export const MOST_FILES = 10;

/** Sends files as soon as they are chosen; `take` empties the list for the message that goes out. */
export function usePendingFiles(session: ChatDesk) {
  const { t } = useWords();
  const [files, setFiles] = useState<readonly PendingFile[]>([]);
  const controls = useRef(new Map<number, AbortController>());
  const next = useRef(0);

  const change = useCallback((key: number, fields: Partial<PendingFile>) => {
    setFiles((all) => all.map((file) => (file.key === key ? { ...file, ...fields } : file)));
  }, []);

  const add = (chosen: readonly File[]) => {
    for (const file of chosen.slice(0, MOST_FILES - files.length)) {
      const key = next.current++;
      const control = new AbortController();
      controls.current.set(key, control);
      const isImage = file.type.startsWith("image/");
      setFiles((all) => [...all, { key, name: file.name, isImage, part: 0, sent: null, failure: null }]);
      session.files
        .upload(file, (part) => change(key, { part }), control.signal)
        .then(
          (sent) => change(key, { sent, part: 1 }),
          (error: Error) =>
            change(key, { failure: (error.name === "ApiError" && error.message) || t("chat.file_failed") }),
        );
    }
  };
  const remove = (key: number) => {
    controls.current.get(key)?.abort();
    setFiles((all) => all.filter((file) => file.key !== key));
  };
  const take = (): Attachment[] => {
    setFiles([]);
    return files.flatMap(({ sent }) => (sent ? [sent] : []));
  };
  return { files, add, remove, take };
}

export function PendingFiles({ files, onRemove }: { files: readonly PendingFile[]; onRemove: (key: number) => void }) {
  const { t } = useWords();
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("chat.files")}>
      {files.map(({ key, name, isImage, part, sent, failure }) => (
        <li key={key} className={styles.file} data-failed={failure !== null}>
          {failure ? (
            <CircleAlert size={16} aria-hidden />
          ) : isImage ? (
            <Image size={16} aria-hidden />
          ) : (
            <FileText size={16} aria-hidden />
          )}
          <span className={styles.about}>
            <span className={styles.name} dir="auto">
              {name}
            </span>
            {failure && (
              <span className={styles.failure} role="alert">
                {failure}
              </span>
            )}
            {!failure && !sent && (
              <progress className={styles.progress} value={part} aria-label={t("chat.file_sending", { name })} />
            )}
          </span>
          <button
            type="button"
            className={styles.remove}
            aria-label={t("chat.file_remove", { name })}
            onClick={() => onRemove(key)}
          >
            <X size={16} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
