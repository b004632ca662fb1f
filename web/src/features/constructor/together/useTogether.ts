// Joins the open bot with those who have it open too: hears their edits and where they are, tells where we are.
import { useEffect } from "react";
import type { Frame } from "../../../realtime/socket";
import { useLiveLine } from "../../../realtime/useLive";
import { useEditor } from "../editor/context";
import type { Editor } from "../editor/editor";
import type { Id, WirePart } from "../graph/model";
import type { News, PartName } from "../graph/news";
import { hearPerson, usePeople } from "./people";

const TELL_MS = 150;
const MOST_SELECTED = 20;
/** So many lines at most are listed in a notice; where there are as many, there may be more. */
const MOST_LISTED = 200;
const UUID = /^[\da-f-]{36}$/;

export function useTogether(): void {
  const editor = useEditor();
  const { isLive, send } = useLiveLine([`bot:${editor.botId}`], (frame) => hear(editor, frame));
  useEffect(() => {
    if (!isLive) return;
    // Between reading the draft and hearing of changes, and while the line was down, something may have been missed.
    editor.lookAgain();
    return telling(editor, send);
  }, [editor, isLive, send]);
  useEffect(() => () => usePeople.setState({ people: [] }), []);
}

function hear(editor: Editor, frame: Frame): void {
  if (frame.type === "bot.changed" && typeof frame.version === "number")
    editor.heardVersion(frame.version, newsIn(frame));
  else if (frame.type === "missed") editor.lookAgain();
  else if (frame.type.startsWith("presence"))
    usePeople.setState(({ people }) => ({ people: hearPerson(people, frame) }));
}

/** What a notice says in full; null where it is only a hint. */
export function newsIn({ version, parts, changes, author_id }: Frame): News | null {
  if (!Array.isArray(parts) || !Array.isArray(changes) || changes.length >= MOST_LISTED) return null;
  const removed = changes.filter((line) => line?.op === "removed") as PartName[];
  const authorId = typeof author_id === "string" ? author_id : null;
  return { version: Number(version), bot: null, parts: parts as WirePart[], removed, isWhole: false, authorId };
}

/** Tells what is selected and edited, not more often than needed. Returns the way to stop. */
function telling(editor: Editor, send: (frame: Frame) => boolean): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = "";
  const tell = () => {
    timer = undefined;
    const frame = presenceOf(editor);
    const text = JSON.stringify(frame);
    if (text !== told && send(frame)) told = text;
  };
  const soon = () => {
    timer ??= setTimeout(tell, TELL_MS);
  };
  const moved = () => {
    editor.store.setState({ typedIn: null });
    soon();
  };
  const unsubscribe = editor.store.subscribe(
    (now, before) => (now.selected !== before.selected || now.typedIn !== before.typedIn) && soon(),
  );
  document.addEventListener("focusin", moved);
  document.addEventListener("focusout", moved);
  tell();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener("focusin", moved);
    document.removeEventListener("focusout", moved);
  };
}

function presenceOf(editor: Editor): Frame {
  const { selected, typedIn } = editor.state;
  const ids = [...selected].filter((id) => UUID.test(id)).slice(0, MOST_SELECTED);
  const editing = editedPart(ids);
  return { type: "presence", bot_id: editor.botId, selected: ids, editing, field: editing && typedIn };
}

const FIELDS = "input:not([readonly]), textarea:not([readonly]), select, [contenteditable=true]";

/** The step or note in whose fields the focus is: of the inspector, or a note on the canvas. */
function editedPart([only, another]: Id[]): Id | null {
  const focused = document.activeElement;
  if (!focused?.matches(FIELDS)) return null;
  const node = focused.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  if (node && UUID.test(node)) return node;
  const isInspector = focused.closest("[data-inspector]") !== null;
  return isInspector && only !== undefined && another === undefined ? only : null;
}
