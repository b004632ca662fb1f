import { ArrowUp } from "lucide-react";
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

const LONGEST_CHARACTERS = 20_000;
const TALLEST_PX = 168;

interface ComposerProps {
  ref: Ref<HTMLTextAreaElement>;
  onSend: (text: string) => void;
}

/** Where the person writes: grows with the text, Enter sends, Shift-Enter makes a line. */
export function Composer({ ref, onSend }: ComposerProps) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement, []);
  const excess = Array.from(text).length - LONGEST_CHARACTERS;
  const canSend = text.trim() !== "" && excess <= 0;

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
    onSend(text.trim());
    setText("");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, Enter chooses it.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.box}>
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
