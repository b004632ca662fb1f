// A text of code with line numbers; what is written elsewhere (an undo, another person) is taken in.
import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import styles from "./CodeField.module.css";

interface CodeFieldProps {
  label: string;
  value: string;
  isReadOnly: boolean;
  onChange: (text: string) => void;
}

export function CodeField({ label, value, isReadOnly, onChange }: CodeFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const written = useRef(value);
  const first = useEffectEvent(() => value);
  const write = useEffectEvent((text: string) => {
    if (text === written.current) return;
    written.current = text;
    onChange(text);
  });

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first(),
        extensions: [
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(isReadOnly),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((now) => now.docChanged && write(now.state.doc.toString())),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [isReadOnly, label]);

  useEffect(() => {
    if (!view.current || value === written.current) return;
    written.current = value;
    view.current.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={host} className={styles.editor} />;
}
