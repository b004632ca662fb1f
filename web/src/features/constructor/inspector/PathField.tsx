// A field that knows the bot's variables: a text with `{$…$}` in it, or a bare path.
import { Braces } from "lucide-react";
import { type KeyboardEvent, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditorState } from "../editor/context";
import { completions, pathBefore, variablesOf } from "../graph/variables";
import styles from "./Inspector.module.css";
import offerStyles from "./Offers.module.css";
import { textOfSample } from "./works/samples";
import { useKnownValues } from "./works/useKnownValues";

const MOST_CHARS = 60;
const OPENING = "{$";

interface PathFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** "text": placeholders within a text; "path": the whole is a path. */
  sort?: "text" | "path";
  rows?: number;
  placeholder?: string;
  isFirst?: boolean;
  isCode?: boolean;
  /** Variables can be put in by a button: a newcomer knows nothing of `{$`. */
  hasInsert?: boolean;
  onLeave?: () => void;
}

type Field = HTMLTextAreaElement & HTMLInputElement;

export function PathField({
  label,
  value,
  onChange,
  sort = "text",
  rows,
  placeholder,
  isFirst,
  isCode,
  hasInsert = false,
  onLeave,
}: PathFieldProps) {
  const { t } = useWords();
  const draft = useEditorState((state) => state.draft);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const known = useKnownValues();
  const [typed, setTyped] = useState<{ from: number; typed: string } | null>(null);
  const [active, setActive] = useState(0);
  const caret = useRef<number>(null);
  const ref = useRef<Field>(null);
  const listId = useId();
  const isOpen = typed !== null;
  const offered = useMemo(() => (isOpen ? completions(variablesOf(draft), typed.typed) : []), [draft, isOpen, typed]);

  useLayoutEffect(() => {
    if (caret.current === null) return;
    ref.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const look = (field: Field) => {
    const place = field.selectionStart ?? field.value.length;
    setTyped(sort === "path" ? { from: 0, typed: field.value } : pathBefore(field.value, place));
    setActive(0);
  };
  const choose = (path: string) => {
    if (!typed) return;
    const rest = value.slice(typed.from + typed.typed.length);
    const close = sort === "text" && !/^\s*(\||\$\})/.test(rest) ? "$}" : "";
    caret.current = typed.from + path.length + close.length;
    onChange(value.slice(0, typed.from) + path + close + rest);
    setTyped(null);
  };
  const insert = () => {
    const place = ref.current?.selectionStart ?? value.length;
    const from = place + OPENING.length;
    onChange(value.slice(0, place) + OPENING + value.slice(place));
    caret.current = from;
    ref.current?.focus();
    setTyped({ from, typed: "" });
    setActive(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !offered.length) onLeave?.();
    if (!offered.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setActive((old) => (old + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && sort === "text")) {
      choose(offered[active] ?? "");
    } else if (event.key === "Escape") {
      setTyped(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shared = {
    ref: ref as never,
    className: `${styles.input} ${isCode || sort === "path" ? styles.codeInput : ""}`,
    "aria-label": label,
    role: "combobox",
    "aria-expanded": offered.length > 0,
    "aria-controls": listId,
    "aria-autocomplete": "list" as const,
    value,
    placeholder,
    readOnly: isReadOnly,
    spellCheck: sort === "text" && !isCode,
    dir: "auto" as const,
    onKeyDown,
    onBlur: () => {
      setTyped(null);
      onLeave?.();
    },
    ...(isFirst && { "data-first-field": true }),
  };
  return (
    <div className={styles.pathField}>
      {rows ? (
        <textarea
          {...shared}
          rows={rows}
          onChange={(event) => {
            onChange(event.target.value);
            look(event.target as Field);
          }}
        />
      ) : (
        <input
          {...shared}
          onFocus={sort === "path" ? (event) => look(event.target as Field) : undefined}
          onChange={(event) => {
            onChange(event.target.value);
            look(event.target as Field);
          }}
        />
      )}
      <div
        id={listId}
        role="listbox"
        aria-label={t("editor.variables")}
        className={offerStyles.offers}
        hidden={!offered.length}
      >
        {offered.map((path, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={path}
            role="option"
            aria-selected={index === active}
            className={offerStyles.offer}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(path)}
          >
            <span className={offerStyles.path}>{path}</span>
            <span className={offerStyles.last}>{textOfSample(known(path)).slice(0, MOST_CHARS)}</span>
          </div>
        ))}
      </div>
      {hasInsert && !isReadOnly && (
        <button
          type="button"
          className={styles.textButton}
          onMouseDown={(event) => event.preventDefault()}
          onClick={insert}
        >
          <Braces {...ICON} />
          {t("editor.insert_variable")}
        </button>
      )}
    </div>
  );
}
