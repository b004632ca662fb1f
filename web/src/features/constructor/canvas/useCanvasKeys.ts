// The keyboard of the canvas, as the page about the keys tells it. Nothing happens while somebody writes in a field.
import { useReactFlow } from "@xyflow/react";
import { useEffect, useEffectEvent } from "react";
import { useWords } from "../../../i18n/useWords";
import { showKeys } from "../../../shell/help";
import { keyOf } from "../../../shell/keys";
import { useEditor } from "../editor/context";
import type { Editor } from "../editor/editor";
import { connect, move, neighbours } from "../graph/commands";
import { connectionsOf, groupsOf, type Id, MASTER } from "../graph/model";
import { PANELS, togglePanel } from "../panels";
import { isCovered, leaveTemplate, useInside } from "../templates/templates";
import { create, createConnected, placeForNew } from "./creating";
import type { Box, Scene } from "./scene";

const STEP_PX = 8;
const FAR_PX = 40;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest("input, textarea, select, [contenteditable=true], .cm-editor, [role=dialog]") !== null;

/** The box nearest in a direction: what lies ahead counts once, what lies aside twice. */
export function nearest(boxes: Iterable<Box>, from: Box, [dx, dy]: [number, number]): Box | null {
  let best: { box: Box; cost: number } | null = null;
  for (const box of boxes) {
    if (box.id === from.id) continue;
    const [x, y] = [box.x + box.width / 2 - from.x - from.width / 2, box.y + 22 - from.y - 22];
    const ahead = x * dx + y * dy;
    if (ahead <= 8) continue;
    const cost = ahead + 2 * Math.abs(dx ? y : x);
    if (!best || cost < best.cost) best = { box, cost };
  }
  return best?.box ?? null;
}

/** The handle that C begins with: the selected connection's, one that leads nowhere yet, else a new otherwise. */
function openHandle(scene: Scene, id: Id, connectionId: Id | null): string {
  const rows = scene.boxes.get(id)?.card?.rows.filter((row) => row.handle) ?? [];
  const row =
    rows.find((each) => each.connectionId === connectionId && connectionId) ??
    rows.find((each) => each.targetId === null) ??
    rows.at(-1);
  return row?.handle ?? "else:";
}

export function useCanvasKeys(scene: Scene, onFind: () => void): void {
  const { t } = useWords();
  const editor = useEditor();
  const { fitBounds, screenToFlowPosition, setCenter, getZoom } = useReactFlow();

  const visible = () => {
    const box =
      document.querySelector(".react-flow")?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
    const { x, y } = screenToFlowPosition({ x: box.left, y: box.top });
    const end = screenToFlowPosition({ x: box.right, y: box.bottom });
    return { x, y, width: end.x - x, height: end.y - y };
  };
  const show = (id: Id) => {
    const box = scene.boxes.get(id);
    if (!box) return;
    const seen = visible();
    const isSeen =
      box.x >= seen.x &&
      box.y >= seen.y &&
      box.x + box.width <= seen.x + seen.width &&
      box.y + 60 <= seen.y + seen.height;
    if (!isSeen) void setCenter(box.x + box.width / 2, box.y + 60, { zoom: Math.max(getZoom(), 0.6), duration: 150 });
  };
  const go = (id: Id | undefined) => {
    if (id === undefined) return;
    editor.select([id]);
    show(id);
    // The card is drawn in the next frame if it was out of sight.
    requestAnimationFrame(() => focusCard(id));
  };
  const frame = (boxes: Box[]) => {
    const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const [right, bottom] = [
      Math.max(...boxes.map((box) => box.x + box.width)),
      Math.max(...boxes.map((box) => box.y + box.height)),
    ];
    if (boxes.length)
      void fitBounds({ x: left, y: top, width: right - left, height: bottom - top }, { padding: 0.1, duration: 150 });
  };

  const arrow = (event: KeyboardEvent, way: [number, number]) => {
    const { draft, selected, connecting } = editor.state;
    const from = [...selected].at(-1);
    const box = from === undefined ? undefined : scene.boxes.get(from);
    if (!box || from === undefined) return go(draft.bot.first_step_id ?? [...draft.step.keys()][0]);
    if (event.altKey) return way[1] ? chooseConnection(editor, from, way[1]) : go(followed(editor, from, way[0]));
    // Notes and the lane of what is always tried first are no place to lead to.
    const boxes = [...scene.boxes.values()].filter((each) => !connecting || draft.step.has(each.id));
    if (event.ctrlKey || event.metaKey || connecting) return go(nearest(boxes, box, way)?.id);
    const far = event.shiftKey ? FAR_PX : STEP_PX;
    const places = [...selected].flatMap((id): [Id, [number, number]][] => {
      const part = draft.step.get(id) ?? draft.note.get(id);
      return part ? [[id, [part.position[0] + way[0] * far, part.position[1] + way[1] * far]]] : [];
    });
    editor.run(move(draft, new Map(places)), `move ${[...selected].join(" ")}`);
  };

  const plain = (event: KeyboardEvent): boolean => {
    const { draft, selected, connecting, isReadOnly } = editor.state;
    const only = selected.size === 1 ? [...selected][0] : undefined;
    const key = event.key.length === 1 ? keyOf(event) : event.key;
    const panel = PANELS.find((each) => each.hotkey === key);
    if (panel) togglePanel(panel.id);
    else if (key === "1") frame([...scene.boxes.values()]);
    else if (key === "2") frame([...selected].flatMap((id) => scene.boxes.get(id) ?? []));
    else if (event.key === "?") showKeys();
    else if (key === "Escape" && connecting) editor.store.setState({ connecting: null });
    else if (key === "Escape") selected.size ? editor.select([]) : leaveTemplate(useInside.getState().path.length - 1);
    else if (key === "Enter" && connecting && only) finishConnecting(editor, connecting, only);
    else if (key === "Enter" && only) focusInspector();
    else if (isReadOnly) return false;
    else if (key === "Delete" || key === "Backspace") editor.removeSelected();
    else if (key === "a") {
      const at = placeForNew(editor, visible());
      if (only && draft.step.has(only))
        go(createConnected(editor, only, openHandle(scene, only, editor.state.connectionId), at, t));
      else {
        create(editor, { sort: "message" }, at, t);
        go([...editor.state.selected][0]);
      }
    } else if (key === "c" && only && (draft.step.has(only) || only === MASTER))
      editor.store.setState({
        connecting: { stepId: only, handle: openHandle(scene, only, editor.state.connectionId) },
      });
    else return false;
    return true;
  };

  const withMain = (event: KeyboardEvent): boolean => {
    const key = keyOf(event);
    if (key === "f") onFind();
    else if (key === "z" && event.shiftKey) editor.redo();
    else if (key === "z") editor.undo();
    else if (key === "y") editor.redo();
    else if (key === "d") editor.duplicate();
    else if (key === "a") editor.select([...editor.draft.step.keys(), ...editor.draft.note.keys()]);
    else return false;
    return true;
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isCovered(editor)) return;
    if (event.key === "Escape" && !event.defaultPrevented && isBeside(event.target)) {
      event.preventDefault();
      backToCanvas(editor);
      return;
    }
    if (event.defaultPrevented || isWriting(event.target)) {
      // Finding is for the whole bot, also while one writes.
      if ((event.ctrlKey || event.metaKey) && keyOf(event) === "f") {
        event.preventDefault();
        onFind();
      }
      return;
    }
    const way = ARROWS[event.key];
    if (way && !isControl(event.target)) {
      event.preventDefault();
      arrow(event, way);
      return;
    }
    if (event.key === "Enter" && isControl(event.target)) return;
    const isDone = event.ctrlKey || event.metaKey ? withMain(event) : !event.altKey && plain(event);
    if (isDone) event.preventDefault();
  });

  const onCopy = useEffectEvent((event: ClipboardEvent) => {
    if (isCovered(editor) || isWriting(event.target) || String(getSelection() ?? "")) return;
    const text = editor.copyText();
    if (!text) return;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut") editor.removeSelected();
  });
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (isCovered(editor) || isWriting(event.target) || !text || editor.state.isReadOnly) return;
    event.preventDefault();
    const ids = editor.pasteText(text, placeForNew(editor, visible()));
    if (!ids) editor.say("nothing_to_paste", 1);
    else if (ids[0]) show(ids[0]);
  });

  useEffect(() => {
    addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}

const isControl = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("button, a, [role=menuitem], [role=tab]") !== null;

function finishConnecting(editor: Editor, { stepId, handle }: { stepId: Id; handle: string }, targetId: Id): void {
  editor.store.setState({ connecting: null });
  if (targetId === stepId || !editor.draft.step.has(targetId)) return;
  editor.run(connect(editor.draft, stepId === MASTER ? null : stepId, handle, targetId));
  editor.select([stepId]);
}

/** The next step along the chosen connection, else along the first; back, the one that leads here. */
function followed(editor: Editor, from: Id, way: number): Id | undefined {
  const { draft, connectionId } = editor.state;
  const { before, after } = neighbours(draft, from);
  const chosen = connectionId === null ? null : draft.connection.get(connectionId)?.next_step_id;
  return way < 0 ? before[0] : (chosen ?? after[0]);
}

/** Goes through the connections of a step: the chosen one is what Alt-right follows. */
function chooseConnection(editor: Editor, from: Id, way: number): void {
  const { draft, connectionId } = editor.state;
  const ids = groupsOf(draft, from === MASTER ? null : from).flatMap((group) => connectionsOf(draft, group));
  const here = connectionId === null ? (way > 0 ? -1 : 0) : ids.indexOf(connectionId);
  const next = ids[(here + way + ids.length) % ids.length];
  if (next !== undefined) editor.select([from], next);
}

/** In what stands beside the canvas or over it: the inspector, a panel, the search. */
const isBeside = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("[data-inspector], [data-panel], search") !== null;

function focusCard(id: Id): void {
  document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
}

/** To the selected card; where none is, to the button of the panel that one comes from. */
function backToCanvas(editor: Editor): void {
  const only = [...editor.state.selected].at(-1);
  if (only !== undefined) focusCard(only);
  else document.querySelector<HTMLElement>("header button[aria-pressed=true]")?.focus();
}

export function focusInspector(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-first-field]")?.focus());
}
