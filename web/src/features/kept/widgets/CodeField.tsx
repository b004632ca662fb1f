// A text of code with line numbers, without a language.
import { EditorView } from "@codemirror/view";
import code from "../../../ui/Code.module.css";
import { useCode } from "../../../ui/useCode";
import styles from "./CodeField.module.css";

interface CodeFieldProps {
  label: string;
  value: string;
  isReadOnly: boolean;
  onChange: (text: string) => void;
}

export function CodeField(props: CodeFieldProps) {
  const { host } = useCode({ ...props, extensions: EditorView.lineWrapping });
  return <div ref={host} className={`${code.code} ${styles.editor}`} />;
}
