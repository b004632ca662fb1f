// The name of a step as a way to it.
import { useShowStep } from "../canvas/useShowStep";
import { useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import styles from "./TalkPanel.module.css";

export function Step({ id }: { id: string }) {
  const draft = useEditorState((state) => state.draft);
  const showStep = useShowStep();
  const step = draft.step.get(id);
  if (!step) return <span>{id.split("/").at(-1)}</span>;
  return (
    <button type="button" className={styles.step} dir="auto" onClick={() => showStep(id)}>
      {stepName(draft, id)}
    </button>
  );
}
