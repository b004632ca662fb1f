// One open bot: the draft on the screen, what is selected, how to go back, and whether all of it is saved. Everything a
// person does to the bot goes through `run`.
import { createStore, type StoreApi } from "zustand/vanilla";
import { copied, pasted, readFragment } from "../graph/clipboard";
import { removeNotes, removeSteps } from "../graph/commands";
import { type History, NO_HISTORY, remembered, steppedBack, steppedForth } from "../graph/history";
import { applied, type Change, type Draft, type Id, Inapplicable } from "../graph/model";
import { ChangeQueue, type Keeper, type Saving, type Server } from "../graph/queue";
import type { OpenedBot } from "./server";

export interface Problem {
  severity: "error" | "warning";
  code: string;
  path: string;
  message: string;
  hint: string;
  step_id: string | null;
}

export type Notice = "lost" | "cannot_undo" | "nothing_to_paste";

export interface EditorState {
  draft: Draft;
  version: number;
  isReadOnly: boolean;
  saving: Saving;
  history: History;
  /** Steps, notes and the lane of master groups. */
  selected: ReadonlySet<Id>;
  /** A connection whose line was clicked, or whose row is edited. */
  connectionId: Id | null;
  problems: readonly Problem[];
  /** The connections' handle that the keyboard is choosing a target for. */
  connecting: { stepId: Id; handle: string } | null;
  notice: { what: Notice; count: number; at: number } | null;
}

const NOTHING: ReadonlySet<Id> = new Set();

export class Editor {
  readonly botId: Id;
  readonly store: StoreApi<EditorState>;
  private readonly queue: ChangeQueue;

  constructor(botId: Id, opened: OpenedBot, server: Server, keeper: Keeper) {
    this.botId = botId;
    const saving: Saving = { state: "saved", waiting: 0, refused: [] };
    // The store comes first: the queue tells it how saving goes from its first moment on.
    this.store = createStore<EditorState>(() => ({
      draft: undefined as unknown as Draft,
      version: opened.version,
      isReadOnly: opened.access === "viewer",
      saving,
      history: NO_HISTORY,
      selected: NOTHING,
      connectionId: null,
      problems: [],
      connecting: null,
      notice: null,
    }));
    this.queue = new ChangeQueue(
      {
        server,
        keeper,
        onSaving: (now) => this.store.setState({ saving: now }),
        onRebased: (draft, lost) => this.takeIn(draft, lost),
        onVersion: (version) => this.store.setState({ version }),
      },
      opened,
      botId,
    );
    const { draft, lost } = this.queue.begin();
    this.takeIn(draft, lost);
  }

  get state(): EditorState {
    return this.store.getState();
  }

  get draft(): Draft {
    return this.state.draft;
  }

  /** Tries to send at once when the connection comes back or the page is left. Returns the way to stop. */
  watch(): () => void {
    addEventListener("online", this.queue.retryNow);
    addEventListener("pagehide", this.queue.retryNow);
    return () => {
      removeEventListener("online", this.queue.retryNow);
      removeEventListener("pagehide", this.queue.retryNow);
    };
  }

  /** Somebody changed the bot; the queue knows whether that was us. */
  heardVersion(version: number): void {
    void this.queue.refresh(version);
  }

  /** Does changes at once and sends them in the background. `about` joins what is typed in one field to one undo. */
  run(changes: readonly Change[], about = ""): boolean {
    if (this.state.isReadOnly || !changes.length) return false;
    const done = this.apply(changes);
    if (!done) return false;
    const command = { changes: [...changes], back: done, about, at: Date.now() };
    this.store.setState({ history: remembered(this.state.history, command) });
    return true;
  }

  private apply(changes: readonly Change[]): Change[] | null {
    try {
      const { draft, back } = applied(this.draft, changes);
      this.store.setState({ draft, ...this.withoutGone(draft) });
      this.queue.push(changes);
      return back;
    } catch (error) {
      if (error instanceof Inapplicable) return null; // Somebody else removed what this was about.
      throw error;
    }
  }

  undo = (): void => this.travel(steppedBack(this.state.history), "back");
  redo = (): void => this.travel(steppedForth(this.state.history), "changes");

  private travel(step: ReturnType<typeof steppedBack>, way: "back" | "changes"): void {
    if (!step || this.state.isReadOnly) return;
    if (!this.apply(step.command[way])) this.say("cannot_undo", 1);
    this.store.setState({ history: step.history });
  }

  select(ids: Iterable<Id>, connectionId: Id | null = null): void {
    const selected = new Set(ids);
    const now = this.state;
    const isSame = selected.size === now.selected.size && [...selected].every((id) => now.selected.has(id));
    if (!isSame || now.connectionId !== connectionId)
      this.store.setState({ selected: isSame ? now.selected : selected, connectionId });
  }

  removeSelected = (): void => {
    const { draft, selected, connectionId } = this.state;
    if (connectionId && draft.connection.has(connectionId)) {
      this.run([{ op: "remove", kind: "connection", id: connectionId, fields: {} }]);
      return;
    }
    const notes = [...selected].filter((id) => draft.note.has(id));
    this.run([...removeSteps(draft, selected), ...removeNotes(notes)]);
  };

  copyText(): string | null {
    const { draft, selected } = this.state;
    const some = [...selected].some((id) => draft.step.has(id) || draft.note.has(id));
    return some ? copied(draft, selected) : null;
  }

  /** Puts a copied fragment at a place. Returns the new steps, null if the text is none. */
  pasteText(text: string, at: [number, number]): Id[] | null {
    const parts = readFragment(text);
    if (!parts) return null;
    const { changes, ids } = pasted(this.draft, parts, at);
    if (!this.run(changes)) return null;
    this.select(ids);
    return ids;
  }

  duplicate(): void {
    const { draft, selected } = this.state;
    const places = [...selected].flatMap((id) => {
      const part = draft.step.get(id) ?? draft.note.get(id);
      return part ? [part.position] : [];
    });
    const text = this.copyText();
    if (!text || !places.length) return;
    this.pasteText(text, [Math.min(...places.map(([x]) => x)) + 40, Math.min(...places.map(([, y]) => y)) + 40]);
  }

  say(what: Notice, count: number): void {
    this.store.setState({ notice: { what, count, at: Date.now() } });
  }

  private takeIn(draft: Draft, lost: readonly Change[]): void {
    this.store.setState({ draft, ...this.withoutGone(draft) });
    if (lost.length) this.say("lost", lost.length);
  }

  private withoutGone(draft: Draft): Partial<EditorState> {
    const { selected, connectionId } = this.state;
    const there = [...selected].filter((id) => draft.step.has(id) || draft.note.has(id) || id === "master");
    return {
      ...(there.length !== selected.size && { selected: new Set(there) }),
      ...(connectionId && !draft.connection.has(connectionId) && { connectionId: null }),
    };
  }
}
