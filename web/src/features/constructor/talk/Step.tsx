// The name of a step as a way to it.
import { useReactFlow } from "@xyflow/react";
import { useEditor, useEditorState } from "../editor/context";
import { stepName } from "../graph/cards";
import styles from "./TalkPanel.module.css";

export function Step({ id }: { id: string }) {
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const { setCenter, getZoom } = useReactFlow();
  const step = draft.step.get(id);
  if (!step) return <span>{id.split("/").at(-1)}</span>;
  const show = () => {
    editor.select([id]);
    void setCenter(step.position[0] + 140, step.position[1] + 80, { zoom: Math.max(getZoom(), 0.7), duration: 150 });
  };
  return (
    <button type="button" className={styles.step} dir="auto" onClick={show}>
      {stepName(draft, id)}
    </button>
  );
}
