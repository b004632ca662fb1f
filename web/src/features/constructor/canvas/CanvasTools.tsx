import { useReactFlow, useStore } from "@xyflow/react";
import { AlignStartVertical, Maximize, Minus, Plus, StickyNote, Wand } from "lucide-react";
import { Suspense, useState } from "react";
import { page } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { useEditor, useEditorState } from "../editor/context";
import { tidied } from "../layout/layout";
import { alignLeft } from "./arranging";
import styles from "./Canvas.module.css";
import { create } from "./creating";
import type { Scene } from "./scene";

const TrafficSwitch = page("analytics", () => import("../traffic/TrafficSwitch"));

/** Zoom, fit, tidy up, align, note. */
export function CanvasTools({ scene }: { scene: Scene }) {
  const { t } = useWords();
  const editor = useEditor();
  const { zoomIn, zoomOut, zoomTo, fitBounds, screenToFlowPosition } = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const canAlign = useEditorState((state) => state.selected.size > 1);
  const [isTidying, setTidying] = useState(false);
  const fit = () => {
    const bounds = scene.bounds();
    if (bounds) void fitBounds(bounds, { padding: 0.1, duration: 180 });
  };
  const tidy = async () => {
    setTidying(true);
    const changes = await tidied(editor.draft, scene, editor.state.selected).finally(() => setTidying(false));
    editor.run(changes);
    requestAnimationFrame(fit);
  };
  const tool = (label: string, action: () => void, content: React.ReactNode, isOff = false) => (
    <button type="button" className={styles.tool} aria-label={label} title={label} onClick={action} disabled={isOff}>
      {content}
    </button>
  );
  return (
    <div className={styles.tools} role="toolbar" aria-label={t("editor.view")}>
      {tool(t("editor.zoom_out"), () => void zoomOut(), <Minus {...ICON} />)}
      <button
        type="button"
        className={`${styles.tool} ${styles.zoom}`}
        title={t("editor.zoom_reset")}
        onClick={() => void zoomTo(1)}
      >
        {zoom}%
      </button>
      {tool(t("editor.zoom_in"), () => void zoomIn(), <Plus {...ICON} />)}
      {tool(t("editor.fit"), fit, <Maximize {...ICON} />)}
      {!isReadOnly && tool(t("editor.tidy"), () => void tidy(), <Wand {...ICON} />, isTidying)}
      {!isReadOnly &&
        tool(t("editor.align"), () => editor.run(alignLeft(editor.state)), <AlignStartVertical {...ICON} />, !canAlign)}
      {!isReadOnly &&
        tool(
          t("editor.add_note"),
          () => {
            const at = screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 });
            create(editor, { sort: "note" }, [at.x, at.y], t);
          },
          <StickyNote {...ICON} />,
        )}
      <Suspense>
        <TrafficSwitch className={styles.tool} />
      </Suspense>
    </div>
  );
}
