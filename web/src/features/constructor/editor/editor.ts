// One open bot: the draft on the screen, what is selected, how to go back, and whether all of it is saved. Everything a
// person does to the bot goes through `run`.
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Clash, fitting } from "../graph/clashes";
import { copied, pasted, readFragment } from "../graph/clipboard";
import { removeNotes, removeSteps, update } from "../graph/commands";
import { type History, NO_HISTORY, remembered, steppedBack, steppedForth } from "../graph/history";
import { valueAt, withValueAt } from "../graph/merging";
import { applied, type Change, type Draft, type Id, Inapplicable, partOf } from "../graph/model";
import type { News } from "../graph/news";
import { ChangeQueue, type Keeper, type Saving, type Server } from "../graph/queue";
import type { Rebased } from "../graph/rebase";
import { takenBack } from "../graph/undoing";
import { FreshEdits } from "./fresh";
import type { OpenedBot } from "./server";

export interface Problem {
  severity: "error" | "warning";
  code: string;
  path: string;
  message: string;
  hint: string;
  step_id: string | null;
}

export type Notice = "lost" | "cannot_undo" | "copied" | "nothing_to_paste";

/** A clash to be told, until the person has decided or waved it away. */
export interface ToldClash extends Clash {
  key: string;
  authorId: Id | null;
}

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
  /** Where somebody else did something to the same, the newest last. */
  clashes: readonly ToldClash[];
  /** What was typed last, as "step.name": others see what one is at. */
  typedIn: string | null;
}

const MOST_CLASHES = 20;

const NOTHING: ReadonlySet<Id> = new Set();

export class Editor {
  readonly botId: Id;
  readonly store: StoreApi<EditorState>;
  private readonly queue: ChangeQueue;
  private readonly keeper: Keeper;
  private readonly fresh = new FreshEdits();

  constructor(botId: Id, opened: OpenedBot, server: Server, keeper: Keeper, wait?: (work: () => void) => unknown) {
    this.botId = botId;
    this.keeper = keeper;
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
      clashes: [],
      typedIn: null,
    }));
    this.queue = new ChangeQueue(
      {
        server,
        keeper,
        onSaving: (now) => this.store.setState({ saving: now }),
        onRebased: (now, authorId, isOwn) => this.takeIn(now, authorId, isOwn),
        onVersion: (version) => this.store.setState({ version }),
        ...(wait && { wait }),
      },
      opened,
      botId,
    );
    const begun = this.queue.begin();
    this.store.setState({ draft: begun.draft });
    this.takeIn(begun, null, true);
  }

  get state(): EditorState {
    return this.store.getState();
  }

  get draft(): Draft {
    return this.state.draft;
  }

  /** Tries to send at once when the connection comes back or the page is left; takes over what closed tabs of the same
   * person left. Returns the way to stop. */
  watch(): () => void {
    addEventListener("online", this.queue.retryNow);
    addEventListener("pagehide", this.queue.retryNow);
    const stopTaking = this.keeper.watch?.((kept) => this.queue.adopt(kept));
    return () => {
      stopTaking?.();
      removeEventListener("online", this.queue.retryNow);
      removeEventListener("pagehide", this.queue.retryNow);
    };
  }

  /** Somebody changed the bot; the queue knows whether that was us. Without `news` it asks what became of it. */
  heardVersion(version: number, news: News | null = null): void {
    void this.queue.hear(version, news);
  }

  /** The page is left: nothing is sent or heard any more, what waits is for whoever opens the bot next. */
  stop(): void {
    this.queue.stop();
    this.keeper.release?.();
  }

  /** Something may have been missed. */
  lookAgain = (): void => {
    void this.queue.refresh();
  };

  /** Does changes at once and sends them in the background. `about` joins what is typed in one field to one undo. */
  run(changes: readonly Change[], about = ""): boolean {
    if (this.state.isReadOnly || !changes.length) return false;
    const done = this.apply(changes);
    if (!done) return false;
    const command = { changes: [...changes], back: done, about, at: Date.now() };
    const typedIn = about.split(" ")[0] || null;
    this.store.setState({ history: remembered(this.state.history, command), typedIn });
    return true;
  }

  private apply(changes: readonly Change[]): Change[] | null {
    try {
      const { draft, back } = applied(this.draft, changes);
      this.fresh.note(this.draft, changes, Date.now());
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
    const { changes, back } = step.command;
    const left = takenBack(this.draft, way === "back" ? changes : back, way === "back" ? back : changes);
    if (!left.length || !this.apply(left)) this.say("cannot_undo", 1);
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
    const fragment = readFragment(text);
    if (!fragment) return null;
    const { changes, ids } = pasted(this.draft, fragment, at);
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

  /** Let a clash be as it stands. */
  dismiss(key: string): void {
    this.store.setState({ clashes: this.state.clashes.filter((each) => each.key !== key) });
  }

  /** Let the other side of a clash stand. */
  takeOther({ key, kind, id, path, stands, mine, theirs, revival }: ToldClash): void {
    const [field, ...rest] = path;
    const part = partOf(this.draft, kind, id);
    const other = stands === "mine" ? theirs : mine;
    if (field === undefined) this.run(fitting(this.draft, revival));
    else if (part) this.run([update(kind, id, { [field]: withValueAt(valueAt(part, [field]), rest, other) })]);
    this.dismiss(key);
  }

  private takeIn({ draft, lost, clashes }: Rebased, authorId: Id | null, isOwn: boolean): void {
    const overruled = isOwn ? [] : this.fresh.overruled(this.draft, draft, Date.now());
    this.store.setState({ draft, ...this.withoutGone(draft) });
    const told = [...overruled, ...clashes].filter((each) => each.path.length || fitting(draft, each.revival).length);
    this.tellClashes(told, authorId);
    if (lost.length && told.every((each) => each.path.length)) this.say("lost", lost.length);
  }

  /** A new word about the same takes the place of the old one. */
  private tellClashes(found: readonly Clash[], authorId: Id | null): void {
    if (!found.length || this.state.isReadOnly) return;
    const clashes = new Map(this.state.clashes.map((each) => [each.key, each]));
    for (const each of found) {
      const key = [each.kind, each.id, ...each.path].join(" ");
      clashes.delete(key);
      clashes.set(key, { ...each, key, authorId });
    }
    this.store.setState({ clashes: [...clashes.values()].slice(-MOST_CLASHES) });
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
