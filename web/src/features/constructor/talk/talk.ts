// A talk with the draft of one bot: what was said, where it stands, where it halts. The server walks the turns; the
// state travels with us.
import { create } from "zustand";
import { ApiError, dataOf, type Schemas } from "../../../api/client";
import { api } from "../../../session/api";
import type { Editor } from "../editor/editor";
import type { Fields, Id } from "../graph/model";
import { type Turn, withVariable } from "./way";

export type TalkEvent = Partial<Schemas["TalkEvent"]>;

export interface Entry {
  id: number;
  event: TalkEvent;
  /** Null while it is under way, or when it failed. */
  turn: Turn | null;
  failure: string | null;
}

interface Talk {
  botId: Id | null;
  entries: Entry[];
  state: Turn["state"] | null;
  isBusy: boolean;
  isLive: boolean;
  stops: Id[];
  /** The variables before the first message; null: none were set. */
  given: Turn["state"] | null;
  /** A variable was set by hand after the first message. */
  isTouched: boolean;
}

const NEW: Omit<Talk, "stops" | "isLive"> = {
  botId: null,
  entries: [],
  state: null,
  isBusy: false,
  given: null,
  isTouched: false,
};
const SAVE_PATIENCE_MS = 4_000;

export const useTalk = create<Talk>(() => ({ ...NEW, stops: [], isLive: true }));

/** Another bot, another talk. */
export function openTalk(botId: Id): void {
  if (useTalk.getState().botId !== botId) useTalk.setState({ ...NEW, stops: [], botId });
}

export function beginAnew(): void {
  useTalk.setState({ ...NEW, botId: useTalk.getState().botId });
}

export function setLive(isLive: boolean): void {
  useTalk.setState({ isLive });
}

export function toggleStop(stepId: Id): void {
  const { stops } = useTalk.getState();
  useTalk.setState({ stops: stops.includes(stepId) ? stops.filter((id) => id !== stepId) : [...stops, stepId] });
}

/** The turn that waits at a halt, if one does. */
export function haltedTurn(entries: readonly Entry[]): Turn | null {
  const turn = entries.at(-1)?.turn ?? null;
  return turn?.halted_before ? turn : null;
}

/** Sets a variable; `begun` are the bot's own before the first turn. Returns false where the path cannot be set. */
export function setVariable(path: string, value: unknown, begun: Fields): boolean {
  const next = withVariable(useTalk.getState().state, path, value, begun);
  if (!next) return false;
  useTalk.setState((old) => (old.entries.length ? { state: next, isTouched: true } : { state: next, given: next }));
  return true;
}

/** What was typed last is talked to: waits until the edits are stored. */
export async function whenSaved(editor: Editor): Promise<void> {
  if (!editor.state.saving.waiting) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, SAVE_PATIENCE_MS);
    const stop = editor.store.subscribe((now) => !now.saving.waiting && end());
    function end() {
      clearTimeout(timer);
      stop();
      resolve();
    }
  });
}

function put(entry: Entry): void {
  const { entries } = useTalk.getState();
  const others = entries.filter((each) => each.id !== entry.id);
  useTalk.setState({ entries: [...others, entry] });
}

/** One turn; a halted one goes on with `goOn`. */
export async function say(editor: Editor, event: TalkEvent): Promise<void> {
  const { entries, isBusy } = useTalk.getState();
  if (isBusy || haltedTurn(entries)) return;
  await play(editor, { id: (entries.at(-1)?.id ?? 0) + 1, event, turn: null, failure: null }, null);
}

export async function goOn(editor: Editor): Promise<void> {
  const entry = useTalk.getState().entries.at(-1);
  if (entry?.turn?.resume) await play(editor, entry, entry.turn.resume);
}

export async function retry(editor: Editor): Promise<void> {
  const entry = useTalk.getState().entries.at(-1);
  // The server's words are "" where there is no connection.
  if (entry && entry.failure !== null) await play(editor, { ...entry, failure: null }, entry.turn?.resume ?? null);
}

async function play(editor: Editor, entry: Entry, resume: Turn["resume"]): Promise<void> {
  put({ ...entry, failure: null });
  useTalk.setState({ isBusy: true });
  await whenSaved(editor);
  const { state, stops, isLive, botId } = useTalk.getState();
  try {
    const turn = await dataOf(
      api.POST("/api/v1/bots/{bot_id}/talk", {
        params: { path: { bot_id: editor.botId } },
        body: { event: entry.event, stops, live: isLive, ...(state && { state }), ...(resume && { resume }) },
      }),
    );
    if (useTalk.getState().botId !== botId) return;
    put({ ...entry, turn });
    useTalk.setState({ state: turn.state });
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
    put({ ...entry, failure: error instanceof ApiError ? error.message : "" });
  } finally {
    useTalk.setState({ isBusy: false });
  }
}
