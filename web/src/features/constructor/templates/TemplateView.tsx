// The inside of a template over the canvas of the bot: its steps to look at, and the way back.
import { ReactFlowProvider } from "@xyflow/react";
import { ChevronRight, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../ui/Button";
import { ICON } from "../../../ui/icon";
import { Canvas } from "../canvas/Canvas";
import { Scene } from "../canvas/scene";
import { useCanvasKeys } from "../canvas/useCanvasKeys";
import { useFirstView } from "../canvas/useFirstView";
import { EditorProvider, useEditor, useEditorState } from "../editor/context";
import { Editor } from "../editor/editor";
import { Inspector } from "../inspector/Inspector";
import { openedTemplate } from "./inside";
import styles from "./TemplateView.module.css";
import { leaveTemplate, type Template, useInside, useTemplate } from "./templates";

// Nothing is sent and nothing is kept of what is only looked at.
const NO_SERVER = { news: () => new Promise<never>(() => {}), send: async () => ({ sort: "away" as const }) };
const NO_KEEPER = { keep: () => {}, kept: () => [] };

export default function TemplateView() {
  const { t } = useWords();
  const path = useInside((state) => state.path);
  const id = path.at(-1) ?? "";
  const { data, isError } = useTemplate(id);
  return (
    <section className={styles.view} aria-label={t("work.template_inside", { name: data?.name ?? "" })}>
      <header className={styles.head}>
        <nav className={styles.way}>
          <button type="button" className={styles.crumb} onClick={() => leaveTemplate(0)}>
            {t("work.template_back")}
          </button>
          {path.map((each, depth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the way only grows and shrinks at its end
            <Crumb key={depth} id={each} depth={depth + 1} isLast={depth === path.length - 1} />
          ))}
        </nav>
        <Button
          kind="icon"
          aria-label={t("work.template_back")}
          title={t("work.template_back")}
          onClick={() => leaveTemplate(path.length - 1)}
        >
          <X {...ICON} />
        </Button>
      </header>
      {isError && <p className={styles.gone}>{t("work.template_gone")}</p>}
      {data && <Inner key={`${id} ${data.updated_at}`} template={data} />}
    </section>
  );
}

function Crumb({ id, depth, isLast }: { id: string; depth: number; isLast: boolean }) {
  const { data } = useTemplate(id);
  return (
    <>
      <ChevronRight {...ICON} className={styles.then} />
      {isLast ? (
        <b aria-current="page" dir="auto">
          {data?.name ?? "…"}
        </b>
      ) : (
        <button type="button" className={styles.crumb} onClick={() => leaveTemplate(depth)} dir="auto">
          {data?.name ?? "…"}
        </button>
      )}
    </>
  );
}

function Inner({ template }: { template: Template }) {
  const outer = useEditor();
  const editor = useMemo(() => {
    const opened = openedTemplate(template, outer.draft);
    return new Editor(outer.botId, opened, NO_SERVER, NO_KEEPER);
  }, [template, outer]);
  useEffect(() => {
    useInside.setState({ editor });
  }, [editor]);
  return (
    <EditorProvider value={editor}>
      <ReactFlowProvider>
        <InnerBody />
      </ReactFlowProvider>
    </EditorProvider>
  );
}

const noFinding = () => {};

function InnerBody() {
  const { t } = useWords();
  const editor = useEditor();
  const [scene] = useState(() => new Scene());
  const hasSelection = useEditorState((state) => state.selected.size > 0);
  useFirstView(scene);
  useCanvasKeys(scene, noFinding);
  return (
    <div className={styles.body}>
      <Canvas scene={scene} />
      {hasSelection && (
        <aside className={styles.aside} aria-label={t("editor.inspector")}>
          <Inspector onClose={() => editor.select([])} />
        </aside>
      )}
    </div>
  );
}
