// The files of a message or a request: dropped or chosen, listed with their names, removed.
import { Paperclip, Plus } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useWords } from "../../../../i18n/useWords";
import { errorWords } from "../../../../shell/errors";
import { ICON } from "../../../../ui/icon";
import { useEditor, useEditorState } from "../../editor/context";
import type { Json } from "../../graph/model";
import { RemoveButton } from "../fields";
import styles from "../Inspector.module.css";
import { PathField } from "../PathField";
import { fileIdOf, uploadForBot, useFiles } from "./uploads";
import work from "./work.module.css";

interface FilesProps {
  entries: readonly Json[];
  /** In a form each file has a field of its own. */
  withFields?: boolean;
  onChange: (entries: Json[]) => void;
}

export default function Files({ entries, withFields = false, onChange }: FilesProps) {
  const { t } = useWords();
  const { botId } = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const picker = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(0);
  const [fault, setFault] = useState("");
  const [isOver, setOver] = useState(false);
  const add = async (files: FileList | null) => {
    const chosen = [...(files ?? [])];
    setFault("");
    setSending(chosen.length);
    const made: string[] = [];
    try {
      for (const file of chosen) made.push((await uploadForBot(botId, file)).id);
    } catch (error) {
      setFault(errorWords(t, error));
    }
    setSending(0);
    if (made.length) onChange([...entries, ...made]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    if (!isReadOnly) void add(event.dataTransfer.files);
  };
  if (isReadOnly && !entries.length) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a way by keyboard, the button below
    <div
      className={`${styles.stack} ${work.drop}`}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Listed entries={entries} withFields={withFields} onChange={onChange} />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void add(event.target.files);
          event.target.value = "";
        }}
      />
      {!isReadOnly && (
        <button
          type="button"
          className={styles.textButton}
          disabled={sending > 0}
          onClick={() => picker.current?.click()}
        >
          <Plus {...ICON} />
          {sending ? t("work.files_sending", { count: sending }) : t("work.files_add")}
        </button>
      )}
      {fault && (
        <p className={styles.wrong} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

function Listed({ entries, withFields, onChange }: FilesProps) {
  const { t } = useWords();
  const files = useFiles(entries.map(fileIdOf));
  if (!entries.length) return null;
  const setField = (index: number, field: string) => {
    const id = fileIdOf(entries[index]);
    onChange(entries.with(index, field && field !== "file" ? { id, field } : id));
  };
  return (
    <ul className={work.files}>
      {entries.map((entry, index) => {
        const file = files[index];
        const id = fileIdOf(entry);
        const name = file?.name ?? (id ? (file === null ? t("work.file_gone") : "…") : String(entry));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
          <li key={index} className={work.file}>
            {file?.is_inline && file.content_type.startsWith("image/") ? (
              <img src={`${file.url}&inline=true`} alt="" className={work.thumb} />
            ) : (
              <Paperclip {...ICON} />
            )}
            {id ? (
              <a className={work.fileName} href={file?.url} target="_blank" rel="noreferrer" dir="auto">
                {name}
              </a>
            ) : (
              <PathField
                label={t("work.file_variable")}
                isCode
                value={String(entry)}
                onChange={(text) => onChange(entries.with(index, text))}
              />
            )}
            {withFields && id && (
              <input
                className={`${styles.input} ${styles.keyInput}`}
                aria-label={t("work.file_field", { name })}
                value={fieldOf(entry)}
                onChange={(event) => setField(index, event.target.value)}
              />
            )}
            <RemoveButton
              label={t("editor.remove_row", { what: name })}
              onClick={() => onChange(entries.toSpliced(index, 1))}
            />
          </li>
        );
      })}
    </ul>
  );
}

const fieldOf = (entry: Json) =>
  typeof entry === "object" && entry !== null ? String((entry as { field?: Json }).field ?? "file") : "file";
