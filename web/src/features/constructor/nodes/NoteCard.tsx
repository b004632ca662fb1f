// A sticky note: written where it stands.
import type { NodeProps } from "@xyflow/react";
import { memo, useEffect, useEffectEvent, useRef } from "react";
import { useWords } from "../../../i18n/useWords";
import { useEditor, useEditorState } from "../editor/context";
import { update } from "../graph/commands";
import styles from "./NoteCard.module.css";

export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps) {
  const { t } = useWords();
  const editor = useEditor();
  const text = useEditorState((state) => state.draft.note.get(id)?.text ?? "");
  const isComment = useEditorState((state) => (state.draft.note.get(id)?.step_id ?? null) !== null);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const field = useRef<HTMLTextAreaElement>(null);
  const isNew = useEffectEvent(() => selected === true && text === "" && !isReadOnly);
  // What is typed next is the note, not keys of the canvas.
  useEffect(() => {
    if (!isNew()) return;
    const frame = requestAnimationFrame(() => field.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <div className={styles.note} data-selected={selected || undefined} data-comment={isComment || undefined}>
      <textarea
        ref={field}
        data-first-field={selected || undefined}
        className={`${styles.text} nowheel ${selected ? "nodrag" : ""}`}
        aria-label={t("editor.note")}
        placeholder={t("editor.note_empty")}
        value={text}
        readOnly={isReadOnly}
        dir="auto"
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          event.currentTarget.closest<HTMLElement>(".react-flow__node")?.focus({ preventScroll: true });
        }}
        onChange={(event) => editor.run([update("note", id, { text: event.target.value })], `note.text ${id}`)}
      />
    </div>
  );
});
