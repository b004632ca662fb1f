// The bot as cards and lines: pan, zoom, select, move, connect. Lines are drawn by EdgeLayer; React Flow has the cards.
import "@xyflow/react/dist/base.css";
import {
  type FinalConnectionState,
  type NodeChange,
  type OnConnectStartParams,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { type MouseEvent, Suspense, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { page } from "../../../app/page";
import { useWords } from "../../../i18n/useWords";
import { useEditor, useEditorState } from "../editor/context";
import type { Problem } from "../editor/editor";
import { reachable } from "../graph/cards";
import { connect, move } from "../graph/commands";
import { type Draft, type Id, MASTER } from "../graph/model";
import { Ghosts, goneLines, Legend, markedWords } from "../marks/MarksLayer";
import { NO_MARKS, useMarks } from "../marks/marks";
import { NoteCard } from "../nodes/NoteCard";
import { StepCard } from "../nodes/StepCard";
import { useGlow } from "../talk/glow";
import { OthersLayer } from "../together/OthersLayer";
import styles from "./Canvas.module.css";
import { CanvasTools } from "./CanvasTools";
import { createConnected, dropPreset } from "./creating";
import type { Marks } from "./draw";
import { EdgeLayer } from "./EdgeLayer";
import { EmptyCanvas } from "./EmptyCanvas";
import { MiniMap } from "./MiniMap";
import type { Scene } from "./scene";
import { type Places, useBoxes, useNodes } from "./useBoxes";
import { useKeptInSight } from "./useKeptInSight";
import { useShowStep } from "./useShowStep";
import { CanvasFactsProvider, detailAt } from "./view";

const TrafficLayer = page("analytics", () => import("../traffic/TrafficLayer"));
const NODE_TYPES = { step: StepCard, note: NoteCard };
const NOWHERE: Places = new Map();
const NO_NODES: never[] = [];
const PAN_BUTTONS = [1, 2];
const EDGE_REACH_PX = 8;
const isCoarse = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;

export function Canvas({ scene }: { scene: Scene }) {
  const { t, language } = useWords();
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const selected = useEditorState((state) => state.selected);
  const connectionId = useEditorState((state) => state.connectionId);
  const problems = useEditorState((state) => state.problems);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const isConnecting = useEditorState((state) => state.connecting !== null);
  const { screenToFlowPosition } = useReactFlow();
  const showStep = useShowStep();
  const detail = useStore((state) => detailAt(state.transform[2]));
  // Before it knows its size the canvas would draw every card of the bot, to take nearly all of them away again.
  const isSized = useStore((state) => state.width > 0 && state.height > 0);
  const [dragged, setDragged] = useState<Places>(NOWHERE);
  const [hovered, setHovered] = useState<{ id: string; words: string; x: number; y: number } | null>(null);
  const context = useRef<CanvasRenderingContext2D>(null);
  const root = useRef<HTMLDivElement>(null);

  const boxes = useBoxes(draft, language, dragged);
  const nodes = useNodes(boxes, selected, isReadOnly);
  const unreachable = useUnreachable(draft);
  const problemsOf = useMemo(() => byStep(problems), [problems]);
  const glow = useGlow(draft);
  const said = useMarks();
  const partMarks = said.botId === draft.botId ? said : NO_MARKS;
  useLayoutEffect(() => {
    scene.update(boxes);
    scene.updateGone(
      goneLines(partMarks, language, t),
      new Map(partMarks.ghosts.map((each) => [each.id, each.position])),
    );
  }, [scene, boxes, partMarks, language, t]);
  const facts = useMemo(
    () => ({ detail, problemsOf, unreachable, glow, marks: partMarks }),
    [detail, problemsOf, unreachable, glow, partMarks],
  );
  const marks = useMemo<Marks>(() => {
    const worst = [...problemsOf].map(
      ([id, all]) => [id, all.some((each) => each.severity === "error") ? "error" : "warning"] as const,
    );
    const walked = glow.connections;
    const marked = partMarks.edges;
    const troubled = new Map(worst);
    return { selected, connectionId, hovered: hovered?.id ?? null, unreachable, walked, marked, troubled };
  }, [selected, connectionId, hovered, unreachable, problemsOf, glow, partMarks]);

  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const places = changes.flatMap((change) =>
        change.type === "position" && change.position && change.dragging ? [[change.id, change.position] as const] : [],
      );
      if (places.length) setDragged((old) => new Map([...old, ...places]));
      const chosen = changes.filter((change) => change.type === "select");
      if (!chosen.length) return;
      const next = new Set(editor.state.selected);
      for (const { id, selected: isOn } of chosen) isOn ? next.add(id) : next.delete(id);
      editor.select(next);
    },
    [editor],
  );

  const onDragStop = useCallback(() => {
    setDragged((old) => {
      const places = [...old]
        .filter(([id]) => id !== MASTER)
        .map(([id, { x, y }]) => [id, [x, y] as [number, number]] as const);
      // Not inside of another component's update.
      if (places.length)
        queueMicrotask(() => {
          editor.run(move(editor.draft, new Map(places)));
          setDragged(NOWHERE);
        });
      return old;
    });
  }, [editor]);

  useKeptInSight(scene, selected, root);

  const started = useRef<OnConnectStartParams>(null);
  const onConnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const from = started.current;
      started.current = null;
      if (!from?.nodeId || !from.handleId || from.handleType !== "source") return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!point) return;
      const at = screenToFlowPosition({ x: point.clientX, y: point.clientY });
      const target = state.toNode?.id ?? scene.boxAt(at.x, at.y)?.id;
      const stepId = from.nodeId === MASTER ? null : from.nodeId;
      if (target && editor.draft.step.has(target)) editor.run(connect(editor.draft, stepId, from.handleId, target));
      else if (!target && event.target instanceof Element && event.target.closest(".react-flow__pane"))
        createConnected(editor, stepId, from.handleId, [at.x, at.y - 22], t);
    },
    [editor, scene, screenToFlowPosition, t],
  );

  const edgeUnder = (event: MouseEvent) => {
    if (!context.current || !root.current) return null;
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const zoom = editorZoom(root.current);
    return scene.edgeAt(context.current, x, y, EDGE_REACH_PX / zoom);
  };
  const onPaneClick = (event: MouseEvent) => {
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const box = detail === "block" ? scene.boxAt(x, y) : null;
    if (box) return editor.select([box.id]);
    const edge = edgeUnder(event);
    if (!edge || !boxes.has(edge.sourceId)) return editor.select([]);
    editor.select([edge.sourceId], draft.connection.has(edge.id) ? edge.id : null);
  };
  // React Flow tells of moves over the pane only where a drag does not select: they are heard around it.
  const onMove = (event: MouseEvent) => {
    if (event.buttons) return;
    const edge = isPane(event.target) ? edgeUnder(event) : null;
    if (!edge) return hovered && setHovered(null);
    const box = root.current?.getBoundingClientRect();
    setHovered({
      id: edge.id,
      words: markedWords(edge, partMarks, t),
      x: event.clientX - (box?.left ?? 0),
      y: event.clientY - (box?.top ?? 0),
    });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a way by keyboard, the palette's buttons
    <div
      ref={root}
      className={styles.canvas}
      data-edge-under={hovered ? true : undefined}
      onPointerMove={onMove}
      onPointerLeave={() => setHovered(null)}
      onDoubleClick={(event) => {
        const edge = isPane(event.target) ? edgeUnder(event) : null;
        if (edge && draft.step.has(edge.targetId)) showStep(edge.targetId);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => dropPreset(editor, event, screenToFlowPosition({ x: event.clientX, y: event.clientY }), t)}
    >
      <EdgeLayer
        scene={scene}
        revision={boxes}
        marks={marks}
        withBlocks={detail === "block"}
        onReady={(ready) => {
          context.current = ready;
        }}
      />
      <CanvasFactsProvider value={facts}>
        <ReactFlow
          nodes={detail === "block" || !isSized ? NO_NODES : nodes}
          nodeTypes={NODE_TYPES}
          onNodesChange={onNodesChange}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={onDragStop}
          onConnectStart={(_, from) => {
            started.current = from;
          }}
          onConnectEnd={onConnectEnd}
          // React Flow leaves a selection of many as it is.
          onNodeClick={(event, { id }) => {
            if (!(event.shiftKey || event.metaKey || event.ctrlKey) && editor.state.selected.size > 1)
              editor.select([id]);
          }}
          onPaneClick={onPaneClick}
          onlyRenderVisibleElements
          disableKeyboardA11y
          deleteKeyCode={null}
          multiSelectionKeyCode={["Shift", "Meta", "Control"]}
          selectionOnDrag={!isCoarse}
          selectionMode={SelectionMode.Partial}
          panOnDrag={isCoarse ? true : PAN_BUTTONS}
          panActivationKeyCode="Space"
          zoomOnDoubleClick={false}
          snapToGrid
          snapGrid={[8, 8]}
          minZoom={0.03}
          maxZoom={2}
          connectionRadius={24}
          attributionPosition="bottom-center"
          aria-label={t("editor.canvas")}
        >
          <OthersLayer boxes={boxes} />
          <Ghosts />
        </ReactFlow>
      </CanvasFactsProvider>
      {hovered && (
        <div className={styles.label} style={{ left: hovered.x, top: hovered.y }} dir="auto">
          {hovered.words}
        </div>
      )}
      <Legend />
      {isConnecting && <output className={styles.hint}>{t("editor.connect_hint")}</output>}
      {draft.step.size === 0 && <EmptyCanvas />}
      <Suspense>
        <TrafficLayer scene={scene} revision={boxes} />
      </Suspense>
      <CanvasTools scene={scene} />
      {draft.step.size > 3 && <MiniMap scene={scene} revision={boxes} />}
    </div>
  );
}

const isPane = (target: EventTarget | null) => target instanceof Element && target.matches(".react-flow__pane");

function editorZoom(root: HTMLElement): number {
  const viewport = root.querySelector<HTMLElement>(".react-flow__viewport");
  return Number(/scale\(([\d.]+)\)/.exec(viewport?.style.transform ?? "")?.[1] ?? 1);
}

function byStep(problems: readonly Problem[]): Map<Id, Problem[]> {
  const found = new Map<Id, Problem[]>();
  for (const problem of problems) {
    if (problem.step_id === null) continue;
    const known = found.get(problem.step_id);
    if (known) known.push(problem);
    else found.set(problem.step_id, [problem]);
  }
  return found;
}

/** Steps nothing leads to. Moves and texts change nothing about that. */
function useUnreachable(draft: Draft): ReadonlySet<Id> {
  const { bot, connection, connection_group: groups } = draft;
  const size = draft.step.size;
  const timeouts = timeoutsOf(draft);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what leads anywhere counts
  return useMemo(() => {
    const found = reachable(draft);
    return new Set([...draft.step.keys()].filter((id) => !found.has(id)));
  }, [bot, connection, groups, size, timeouts]);
}

function timeoutsOf(draft: Draft): string {
  let text = "";
  for (const step of draft.step.values()) if (step.timeout_step_id) text += step.timeout_step_id;
  return text;
}
