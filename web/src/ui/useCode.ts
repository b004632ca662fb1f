// CodeMirror in an element: line numbers, undo, brackets; what is written elsewhere (an undo, another person) is taken in.
import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";

interface CodeOptions {
  label: string;
  value: string;
  isReadOnly: boolean;
  /** What this code has besides; a constant, since other extensions make the editor anew. */
  extensions: Extension;
  onChange: (text: string) => void;
}

/** The element to mount in, and the editor in it. */
export function useCode({ label, value, isReadOnly, extensions, onChange }: CodeOptions) {
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
          extensions,
          EditorState.readOnly.of(isReadOnly),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((now) => now.docChanged && write(now.state.doc.toString())),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [isReadOnly, label, extensions]);

  useEffect(() => {
    if (!view.current || value === written.current) return;
    written.current = value;
    view.current.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: value } });
  }, [value]);

  return { host, view };
}
