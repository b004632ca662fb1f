// Keeps edits until the server has them: batches them, sends one batch at a time, settles what others changed, stores
// them while nobody answers. Knows the network and the storage only by what it is given.
import {
  applied,
  type BotFields,
  type Change,
  type Draft,
  draftOf,
  type Fields,
  type Id,
  Inapplicable,
  type WirePart,
} from "./model";
import { rebased } from "./rebase";

export interface Opened {
  version: number;
  bot: BotFields;
  parts: WirePart[];
}

/** What became of a batch. `refused`: the server's words, and which change of the batch they are about. */
export type Answer =
  | { sort: "saved"; version: number; parts: WirePart[] }
  | { sort: "stale" }
  | { sort: "refused"; at: number | null; words: string }
  | { sort: "forbidden"; words: string }
  | { sort: "away" };

export interface Server {
  open(): Promise<Opened>;
  send(version: number, changes: readonly Change[]): Promise<Answer>;
}

export interface Keeper {
  keep(changes: readonly Change[]): void;
  kept(): Change[];
}

export interface Refusal {
  change: Change;
  words: string;
}

export interface Saving {
  state: "saved" | "saving" | "offline" | "forbidden";
  /** Edits that the server does not have yet. */
  waiting: number;
  refused: readonly Refusal[];
}

interface Options {
  server: Server;
  keeper: Keeper;
  onSaving: (saving: Saving) => void;
  /** The draft as it is after others' edits, and those of ours that had nothing to go to. */
  onRebased: (draft: Draft, lost: readonly Change[]) => void;
  onVersion?: (version: number) => void;
  wait?: (work: () => void, ms: number) => unknown;
}

const GATHER_MS = 60;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
const MOST_IN_A_BATCH = 900;

export class ChangeQueue {
  private readonly options: Options;
  private base: Draft;
  version: number;
  private pending: Change[] = [];
  private inFlight: Change[] = [];
  private refused: Refusal[] = [];
  private state: Saving["state"] = "saved";
  private failures = 0;
  private isScheduled = false;
  private isStopped = false;

  constructor(options: Options, opened: Opened, botId: Id) {
    this.options = options;
    this.base = draftOf(botId, opened.bot, opened.parts);
    this.version = opened.version;
  }

  /** The draft with the edits that a page before this one kept; they are sent at once. */
  begin(): { draft: Draft; lost: readonly Change[] } {
    const kept = this.options.keeper.kept();
    const { draft, changes, lost } = rebased(this.base, this.base, kept);
    this.pending = changes;
    this.tell();
    if (changes.length) this.schedule(0);
    return { draft, lost };
  }

  push(changes: readonly Change[]): void {
    for (const change of changes) this.add(change);
    this.store();
    if (this.state === "saved") this.state = "saving";
    this.tell();
    if (this.state !== "forbidden") this.schedule(GATHER_MS);
  }

  /** An update goes into the one of the same part that waits already, if nothing stands between them. */
  private add(change: Change): void {
    const isSame = (other: { change: Change }) => other.change.kind === change.kind && other.change.id === change.id;
    const old = this.refused.find(isSame);
    if (old) {
      this.refused = this.refused.filter((each) => each !== old);
      if (change.op === "remove" && old.change.op === "add") return;
      if (change.op === "update") {
        this.pending.push({ ...old.change, fields: { ...old.change.fields, ...change.fields } });
        return;
      }
    }
    const last = this.pending.findLastIndex((each) => each.kind === change.kind && each.id === change.id);
    const earlier = this.pending[last];
    const joins = change.op === "update" && earlier && earlier.op !== "remove" && !this.isNamedSince(change, last);
    if (joins && earlier) this.pending[last] = { ...earlier, fields: { ...earlier.fields, ...change.fields } };
    else this.pending.push(change);
  }

  /** Whether an update names parts that are added later than the change it would join. */
  private isNamedSince(change: Change, place: number): boolean {
    const added = new Set(this.pending.slice(place + 1).map((each) => each.id));
    return Object.values(change.fields).some((value) => typeof value === "string" && added.has(value));
  }

  /** Try now what waits: the connection is back, or the page is about to close. */
  retryNow = (): void => {
    if (this.pending.length && !this.inFlight.length) void this.flush();
  };

  /** Others changed the draft: take it in, with our own edits on top. */
  async refresh(version: number): Promise<void> {
    if (version > this.version && !this.inFlight.length && !this.isStopped) await this.settle();
  }

  stop(): void {
    this.isStopped = true;
  }

  private schedule(ms: number): void {
    if (this.isScheduled || this.inFlight.length || this.isStopped) return;
    this.isScheduled = true;
    const wait = this.options.wait ?? ((work: () => void, delay: number) => setTimeout(work, delay));
    wait(() => {
      this.isScheduled = false;
      void this.flush();
    }, ms);
  }

  /** A batch ends before something that it removed itself comes back. */
  private nextBatch(): Change[] {
    const removed = new Set<Id>();
    const end = this.pending.findIndex((change) => {
      if (change.op === "remove") removed.add(change.id);
      return change.op === "add" && removed.has(change.id);
    });
    return this.pending.slice(0, Math.min(MOST_IN_A_BATCH, end < 0 ? this.pending.length : Math.max(1, end)));
  }

  private async flush(): Promise<void> {
    if (this.inFlight.length || !this.pending.length || this.isStopped || this.state === "forbidden") return;
    this.inFlight = this.nextBatch();
    this.pending = this.pending.slice(this.inFlight.length);
    if (this.state === "saved") this.state = "saving";
    this.tell();
    const answer = await this.options.server.send(this.version, this.inFlight);
    if (this.isStopped) return;
    if (answer.sort === "saved") this.take(answer);
    else if (answer.sort === "stale") await this.settle();
    else if (answer.sort === "refused") this.setAside(answer);
    else if (answer.sort === "forbidden") this.forbid();
    else this.retryLater();
  }

  private take({ version, parts }: { version: number; parts: WirePart[] }): void {
    this.base = withOrdinals(applied(this.base, this.inFlight).draft, parts);
    this.version = version;
    this.inFlight = [];
    this.failures = 0;
    this.options.onVersion?.(version);
    this.goOn();
  }

  private goOn(): void {
    this.store();
    this.state = this.pending.length ? "saving" : "saved";
    this.tell();
    if (this.pending.length) this.schedule(0);
  }

  private async settle(): Promise<void> {
    let opened: Opened;
    try {
      opened = await this.options.server.open();
    } catch {
      this.retryLater(); // Nobody answers: the same as when sending.
      return;
    }
    if (this.isStopped) return;
    const unsent = [...this.refused.map((each) => each.change), ...this.inFlight, ...this.pending];
    const theirs = draftOf(this.base.botId, opened.bot, opened.parts);
    const { draft, changes, lost } = rebased(this.base, theirs, unsent);
    this.base = theirs;
    this.version = opened.version;
    this.inFlight = [];
    this.refused = [];
    this.pending = changes;
    this.options.onRebased(draft, lost);
    this.options.onVersion?.(opened.version);
    this.goOn();
  }

  /** The server refuses one change: the others are sent without it, it stays on the page with the reason. */
  private setAside({ at, words }: { at: number | null; words: string }): void {
    const bad = this.inFlight.filter((_, index) => at === null || index === at);
    this.refused = [...this.refused, ...bad.map((change) => ({ change, words }))];
    this.pending = [...this.inFlight.filter((change) => !bad.includes(change)), ...this.pending];
    this.inFlight = [];
    this.goOn();
  }

  private forbid(): void {
    this.pending = [...this.inFlight, ...this.pending];
    this.inFlight = [];
    this.state = "forbidden";
    this.tell();
  }

  private retryLater(): void {
    this.pending = [...this.inFlight, ...this.pending];
    this.inFlight = [];
    this.state = "offline";
    this.store();
    this.tell();
    this.schedule(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures));
    this.failures += 1;
  }

  private store(): void {
    this.options.keeper.keep([...this.refused.map((each) => each.change), ...this.inFlight, ...this.pending]);
  }

  private tell(): void {
    const waiting = this.inFlight.length + this.pending.length;
    this.options.onSaving({ state: this.state, waiting, refused: this.refused });
  }
}

/** The server numbers parts; only their places are taken from what it stored. */
function withOrdinals(draft: Draft, parts: readonly WirePart[]): Draft {
  const changes = parts.flatMap(({ kind, id, fields }): Change[] =>
    typeof fields.ordinal === "number"
      ? [{ op: "update", kind: kind as Change["kind"], id, fields: { ordinal: fields.ordinal } as Fields }]
      : [],
  );
  try {
    return applied(draft, changes).draft;
  } catch (error) {
    if (error instanceof Inapplicable) return draft; // A kind the editor does not draw.
    throw error;
  }
}
