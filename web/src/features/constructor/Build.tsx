// The place where a bot is drawn: palette, canvas, and what is selected beside it. On a phone, an outline instead.
import { useMediaQuery } from "@mantine/hooks";
import { ReactFlowProvider } from "@xyflow/react";
import { Suspense, useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Rail } from "../../shell/place/Rail";
import styles from "./Build.module.css";
import "./kinds.css";
import { Canvas } from "./canvas/Canvas";
import { FindBar } from "./canvas/FindBar";
import { Scene } from "./canvas/scene";
import { useCanvasKeys } from "./canvas/useCanvasKeys";
import { useFirstView } from "./canvas/useFirstView";
import { EditorBar } from "./EditorBar";
import { useEditor, useEditorState } from "./editor/context";
import { useProblems } from "./editor/useProblems";
import { Inspector } from "./inspector/Inspector";
import { NoticeLine } from "./NoticeLine";
import { Outline } from "./outline/Outline";
import { ProblemList } from "./ProblemList";
import { usePresetChoice } from "./palette/choice";
import { Palette } from "./palette/Palette";
import { PresetForm } from "./palette/PresetForm";
import { closePanel, PANELS, useOpenPanel } from "./panels";
import { SideTabs } from "./side/SideTabs";
import { useBothSides, useSelectedInFront } from "./side/sides";
import { usePanes } from "./side/usePanes";
import { TemplateOver } from "./templates/TemplateOver";
import { Clashes } from "./together/Clashes";
import { useTogether } from "./together/useTogether";

export function Build() {
  const editor = useEditor();
  const isPhone = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
  const [isListing, setListing] = useState(false);
  useProblems();
  useTogether();
  return (
    <ReactFlowProvider>
      <div className={styles.page}>
        <EditorBar onProblems={() => setListing((old) => !old)} />
        <div className={styles.places}>
          <Rail botId={editor.botId} current="" />
          {isPhone ? <PhoneBody /> : <DesktopBody />}
        </div>
        {isListing && <ProblemList onClose={() => setListing(false)} />}
        <Clashes />
        <NoticeLine />
      </div>
    </ReactFlowProvider>
  );
}

function PhoneBody() {
  return (
    <main className={styles.phone}>
      <Outline />
      <Sides />
    </main>
  );
}

function DesktopBody() {
  const [scene] = useState(() => new Scene());
  const [isFinding, setFinding] = useState(false);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isBoth = useBothSides();
  useFirstView(scene);
  useCanvasKeys(scene, () => setFinding(true));
  usePanes();
  return (
    <main className={styles.body} data-both={isBoth || undefined}>
      {!isReadOnly && (
        <div className={styles.palette}>
          <Palette />
        </div>
      )}
      <div className={styles.middle} data-pane="canvas">
        <Canvas scene={scene} />
        <TemplateOver />
        {isFinding && <FindBar onClose={() => setFinding(false)} />}
      </div>
      <Sides />
    </main>
  );
}

/** What is selected, and the panel. Side by side where there is room; else one over the other, with a way between. */
function Sides() {
  const { t } = useWords();
  const editor = useEditor();
  const isPresetOpen = usePresetChoice((state) => state.presetId !== null);
  const hasSelection = useEditorState((state) => state.selected.size > 0);
  const { id: openId, isBehind } = useOpenPanel();
  const isBoth = useBothSides();
  const panel = PANELS.find((each) => each.id === openId);
  useSelectedInFront();
  return (
    <>
      {(hasSelection || isPresetOpen) && (
        <aside
          className={styles.panel}
          aria-label={t("editor.inspector")}
          data-pane="selected"
          data-behind={(isBoth && !isBehind) || undefined}
        >
          {isBoth && <SideTabs />}
          {isPresetOpen ? <PresetForm /> : <Inspector onClose={() => editor.select([])} />}
        </aside>
      )}
      {panel && (
        <aside className={styles.panel} data-pane="panel" data-behind={(isBoth && isBehind) || undefined}>
          {isBoth && <SideTabs />}
          <Suspense fallback={null}>
            <panel.Component onClose={closePanel} />
          </Suspense>
        </aside>
      )}
    </>
  );
}
