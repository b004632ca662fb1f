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
  partOf,
  type WirePart,
} from "./model";
import { type News, type PartName, withNews } from "./news";
import { type Rebased, rebased } from "./rebase";

export interface Opened {
  version: number;
  bot: BotFields;
  parts: WirePart[];
}

/** What became of a batch. `refused`: the server's words, and which change of the batch they are about. */
export type Answer =
  | { sort: "saved"; version: number; parts: WirePart[]; removed: PartName[] }
  | { sort: "stale" }
  | { sort: "refused"; at: number | null; words: string }
  | { sort: "forbidden"; words: string }
  | { sort: "away" };

export interface Server {
  /** What became of the draft after a version. Raises where nobody answers. */
  news(since: number): Promise<News>;
  send(version: number, changes: readonly Change[]): Promise<Answer>;
}

/** Edits with the parts as they were before them, so that a later page sees what others did to these meanwhile. */
export interface Kept {
  changes: readonly Change[];
  bases: readonly WirePart[];
}

export interface Keeper {
  keep(kept: Kept): void;
  kept(): Kept[];
  /** Gives what tabs leave that close from now on. Returns the way to stop. */
  watch?(take: (kept: Kept[]) => void): () => void;
  /** The edits are looked after no longer: whoever comes next takes them over. */
  release?(): void;
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
  /** The draft as it is after others' edits, with those of ours on top; by whom, if that is known. `isOwn`: it was
   * nobody else, the server made this of our own. */
  onRebased: (now: Rebased, authorId: Id | null, isOwn: boolean) => void;
  onVersion?: (version: number) => void;
  wait?: (work: () => void, ms: number) => unknown;
}

const GATHER_MS = 60;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
const MOST_IN_A_BATCH = 900;
const MOST_HEARD = 50;

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
  /** An addition that was sent may have arrived, whatever became of the answer: it is repeated as it was. */
  private readonly sent = new WeakSet<Change>();
  private isFetching = false;
  private mustAsk = false;
  /** What was said of versions that are not taken in yet. */
  private readonly heard = new Map<number, News | null>();

  constructor(options: Options, opened: Opened, botId: Id) {
    this.options = options;
    this.base = draftOf(botId, opened.bot, opened.parts);
    this.version = opened.version;
  }

  /** The draft with the edits that pages before this one kept; they are sent at once. */
  begin(): Rebased {
    const now = this.added(this.base, this.options.keeper.kept());
    this.store();
    this.tell();
    if (this.pending.length) this.schedule(0);
    return now;
  }

  /** Another page of this person is gone: its edits come on top of those that wait here. */
  adopt(kept: readonly Kept[]): void {
    if (this.isStopped) return;
    const now = this.added(rebased(this.base, this.base, this.unsent()).draft, kept);
    this.store();
    if (this.state === "saved" && this.pending.length) this.state = "saving";
    this.tell();
    this.options.onRebased(now, null, true);
    if (this.pending.length && this.state !== "forbidden") this.schedule(0);
  }

  private added(draft: Draft, kept: readonly Kept[]): Rebased {
    const all: Rebased = { draft, changes: [], lost: [], clashes: [] };
    for (const { changes, bases } of kept) {
      const before = withNews(all.draft, { bot: null, parts: bases, removed: [], isWhole: false });
      const now = rebased(before, all.draft, changes);
      all.draft = now.draft;
      all.changes.push(...now.changes);
      all.clashes.push(...now.clashes);
      all.lost.push(...now.lost);
    }
    this.pending.push(...all.changes);
    return all;
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
    const isOpen = earlier?.op === "update" || (earlier?.op === "add" && !this.sent.has(earlier));
    const joins = change.op === "update" && isOpen && !this.isNamedSince(change, last);
    if (earlier && joins) this.pending[last] = { ...earlier, fields: { ...earlier.fields, ...change.fields } };
    else this.pending.push(change);
  }

  /** Whether an update names parts that are added later than the change it would join. */
  private isNamedSince(change: Change, place: number): boolean {
    const added = new Set(this.pending.slice(place + 1).map((each) => each.id));
    return Object.values(change.fields).some((value) => typeof value === "string" && added.has(value));
  }

  /** Try now what waits: the connection is back, or the page is about to close. */
  retryNow = (): void => {
    if ((this.pending.length || this.isBehind()) && !this.inFlight.length) void this.flush();
  };

  /** Others changed the draft (or we: that is known by the version). Without `news` they are asked for. */
  async hear(version: number, news: News | null): Promise<void> {
    if (version <= this.version || this.isStopped) return;
    if (this.heard.size < MOST_HEARD) this.heard.set(version, news);
    if (!this.inFlight.length) await this.catchUp();
  }

  /** Something may have been missed: ask. */
  async refresh(): Promise<void> {
    this.mustAsk = true;
    if (!this.inFlight.length && !this.isStopped) await this.catchUp();
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
    if (this.inFlight.length || this.isStopped) return;
    if (this.isFetching) return this.schedule(GATHER_MS);
    if (this.pending.length && this.state !== "forbidden") await this.sendBatch();
    if (this.isBehind() && !this.inFlight.length) await this.catchUp();
  }

  private async sendBatch(): Promise<void> {
    this.inFlight = this.nextBatch();
    for (const change of this.inFlight) this.sent.add(change);
    this.pending = this.pending.slice(this.inFlight.length);
    if (this.state === "saved") this.state = "saving";
    this.tell();
    const answer = await this.options.server.send(this.version, this.inFlight);
    if (this.isStopped) return;
    if (answer.sort === "saved") this.take(answer);
    else if (answer.sort === "stale") await this.giveWay();
    else if (answer.sort === "refused") this.setAside(answer);
    else if (answer.sort === "forbidden") this.forbid();
    else this.retryLater();
  }

  /** Somebody was quicker: what he did comes first, then ours is sent again. */
  private async giveWay(): Promise<void> {
    this.putBack();
    if (this.next()) await this.catchUp();
    else await this.settle();
  }

  private take({ version, parts, removed }: Answer & { sort: "saved" }): void {
    const mine = applied(this.base, this.inFlight).draft;
    // The server numbers parts and lets go of what pointed at removed ones.
    const stored = withNews(mine, { bot: null, parts, removed, isWhole: false });
    this.base = stored;
    this.version = version;
    this.inFlight = [];
    this.failures = 0;
    if (stored !== mine) this.putOnTop(mine, stored);
    this.options.onVersion?.(version);
    this.goOn();
  }

  /** Our unsent edits on what the server made of those that it has: nobody else was there, nothing clashes. */
  private putOnTop(before: Draft, stored: Draft): void {
    const now = rebased(before, stored, this.unsent());
    this.refused = [];
    this.pending = now.changes;
    this.options.onRebased({ ...now, clashes: [] }, null, true);
  }

  private unsent(): Change[] {
    return [...this.refused.map((each) => each.change), ...this.inFlight, ...this.pending];
  }

  private goOn(): void {
    this.store();
    if (this.state !== "forbidden") this.state = this.pending.length ? "saving" : "saved";
    this.tell();
    if (this.pending.length || this.isBehind()) this.schedule(0);
  }

  /** Takes in what was heard, version by version; what cannot be taken in so is asked for. */
  private async catchUp(): Promise<void> {
    for (let next = this.next(); next; next = this.next()) this.takeIn(next);
    if (this.isBehind() && !this.isFetching && !this.inFlight.length) await this.settle();
  }

  private isBehind(): boolean {
    return (this.mustAsk || this.heard.size > 0) && !this.isStopped;
  }

  private next(): News | null {
    for (const version of this.heard.keys()) if (version <= this.version) this.heard.delete(version);
    return this.heard.get(this.version + 1) ?? null;
  }

  private takeIn(news: News): void {
    const before = this.base;
    this.base = withNews(before, news);
    this.version = news.version;
    const isNew = this.base !== before;
    const now = rebased(before, this.base, this.unsent());
    this.failures = 0;
    if (isNew) {
      this.refused = [];
      this.pending = now.changes;
      this.options.onRebased(now, news.authorId, false);
    }
    this.options.onVersion?.(news.version);
    this.goOn();
  }

  /** Asks for what became of the draft; what waits to be sent waits on meanwhile. */
  private async settle(): Promise<void> {
    this.isFetching = true;
    const known = [...this.heard.keys()];
    try {
      const news = await this.options.server.news(this.version);
      if (this.isStopped) return;
      this.mustAsk = false;
      // Each is worth one question: a word of a version that never comes is not asked about for ever.
      for (const version of known) this.heard.delete(version);
      if (news.version >= this.version) this.takeIn(news);
    } catch {
      this.mustAsk = true;
      this.retryLater(); // Nobody answers: the same as when sending.
      return;
    } finally {
      this.isFetching = false;
    }
    await this.catchUp();
  }

  /** The server refuses one change: the others are sent without it, it stays on the page with the reason. */
  private setAside({ at, words }: { at: number | null; words: string }): void {
    const bad = this.inFlight.filter((_, index) => at === null || index === at);
    const left = bad.filter((change) => !this.isTypedOn(change));
    this.refused = [...this.refused, ...left.map((change) => ({ change, words }))];
    this.pending = [...this.inFlight.filter((change) => !bad.includes(change)), ...this.pending];
    this.inFlight = [];
    this.goOn();
  }

  /** What was refused half-typed and is typed on since goes into what waits: said again in its old shape it would only
   * be refused again, or undo what came after it. */
  private isTypedOn(change: Change): boolean {
    const later = this.pending.findIndex((each) => each.kind === change.kind && each.id === change.id);
    const next = this.pending[later];
    if (change.op === "remove" || next?.op !== "update") return false;
    this.pending[later] = { ...change, fields: { ...change.fields, ...next.fields } };
    return true;
  }

  /** What was under way waits again, joined with what was typed meanwhile: a word is one edit, however it was sent. */
  private putBack(): void {
    const waiting = [...this.inFlight, ...this.pending];
    this.inFlight = [];
    this.pending = [];
    for (const change of waiting) this.add(change);
  }

  private forbid(): void {
    this.putBack();
    this.state = "forbidden";
    this.tell();
  }

  private retryLater(): void {
    this.putBack();
    if (this.pending.length) this.state = "offline";
    this.store();
    this.tell();
    this.schedule(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures));
    this.failures += 1;
  }

  private store(): void {
    const changes = this.unsent();
    const names = new Map(changes.map(({ kind, id }) => [`${kind} ${id}`, { kind, id }]));
    const bases = [...names.values()].flatMap(({ kind, id }): WirePart[] => {
      const fields = partOf(this.base, kind, id) as Fields | undefined;
      return fields ? [{ kind, id, fields }] : [];
    });
    this.options.keeper.keep({ changes, bases });
  }

  private tell(): void {
    const waiting = this.inFlight.length + this.pending.length;
    this.options.onSaving({ state: this.state, waiting, refused: this.refused });
  }
}
