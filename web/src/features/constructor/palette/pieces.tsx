// A piece of the palette: pressed, it goes on from the selected step or into sight; dragged, it stands where it is dropped.
import { useReactFlow } from "@xyflow/react";
import type { ReactNode } from "react";
import { useWords } from "../../../i18n/useWords";
import { create, DRAG_TYPE, type Piece, placeForNew, wayFromSelected } from "../canvas/creating";
import { useReveal } from "../canvas/useReveal";
import { useEditor } from "../editor/context";
import styles from "./Palette.module.css";

export interface Entry {
  key: string;
  piece: Piece;
  name: string;
  about: string;
  icon: ReactNode;
}

export function EntryButton({ entry: { piece, name, about, icon } }: { entry: Entry }) {
  const { t } = useWords();
  const editor = useEditor();
  const reveal = useReveal();
  const { screenToFlowPosition } = useReactFlow();
  const add = () => {
    const { x, y } = screenToFlowPosition({ x: 240, y: 48 });
    const end = screenToFlowPosition({ x: innerWidth, y: innerHeight });
    const place = placeForNew(editor, { x, y, width: end.x - x, height: end.y - y });
    create(editor, piece, place, t, wayFromSelected(editor));
    if (!("presetId" in piece)) reveal();
  };
  return (
    <button
      type="button"
      className={styles.entry}
      title={about}
      draggable
      onDragStart={({ dataTransfer }) => {
        dataTransfer.setData(DRAG_TYPE, JSON.stringify(piece));
        dataTransfer.effectAllowed = "copy";
      }}
      onClick={add}
    >
      {icon}
      <span className={styles.name}>{name}</span>
    </button>
  );
}
