import { ArrowUp, Paperclip } from "lucide-react";
import {
  type FormEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import styles from "./Composer.module.css";
import type { ChatDesk } from "./desk";
import { MOST_FILES, PendingFiles, usePendingFiles } from "./PendingFiles";

const LONGEST_CHARACTERS = 20_000;
const TALLEST_PX = 168;

interface ComposerProps {
  ref: Ref<HTMLTextAreaElement>;
  session: ChatDesk;
}

/** Where the person writes: grows with the text, Enter sends, Shift-Enter makes a line. */
export function Composer({ ref, session }: ComposerProps) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement, []);
  const excess = Array.from(text).length - LONGEST_CHARACTERS;
  const { files, add, remove, take } = usePendingFiles(session);
  const isUploading = files.some(({ sent, failure }) => !sent && !failure);
  const hasContent = text.trim() !== "" || files.some(({ sent }) => sent);
  const canSend = hasContent && !isUploading && excess <= 0;

  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    if (!field.current) return;
    field.current.style.height = "auto";
    field.current.style.height = `${Math.min(field.current.scrollHeight, TALLEST_PX)}px`;
  }, [text]);

  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (!canSend) return;
    session.send(text.trim(), take());
    setText("");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, Enter chooses it.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <PendingFiles files={files} onRemove={remove} />
      <div className={styles.box}>
        <AttachButton onChoose={add} isFull={files.length >= MOST_FILES} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          value={text}
          dir="auto"
          aria-label={t("chat.message")}
          aria-describedby={excess > 0 ? hintId : undefined}
          aria-invalid={excess > 0}
          placeholder={t("chat.message")}
          enterKeyHint="send"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => add([...event.clipboardData.files])}
        />
        <Button
          kind="main"
          type="submit"
          className={styles.send}
          aria-label={t("chat.send")}
          title={t("chat.send")}
          aria-disabled={!canSend}
        >
          <ArrowUp size={20} strokeWidth={2} aria-hidden />
        </Button>
      </div>
      {excess > 0 && (
        <p id={hintId} className={styles.excess} role="status">
          {t("chat.too_long", { count: excess })}
        </p>
      )}
    </form>
  );
}

function AttachButton({ onChoose, isFull }: { onChoose: (files: readonly File[]) => void; isFull: boolean }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-hidden
        onChange={({ currentTarget }) => {
          onChoose([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <Button
        kind="icon"
        className={styles.attach}
        aria-label={t("chat.attach")}
        title={t("chat.attach")}
        aria-disabled={isFull}
        onClick={() => !isFull && input.current?.click()}
      >
        <Paperclip size={20} strokeWidth={1.75} aria-hidden />
      </Button>
    </>
  );
}
