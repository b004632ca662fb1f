// A server of drafts in memory, and a world in which answers and notices come in any order: for tests of two editors.
import { Editor } from "../editor/editor";
import { BOT, smallDraft } from "./graph.fakes";
import {
  applied,
  type Change,
  connectionsOf,
  type Draft,
  type Fields,
  groupsOf,
  type Id,
  partOf,
  type WirePart,
} from "./model";
import type { News, PartName } from "./news";
import type { Answer, Kept, Server } from "./queue";

/** Numbers in [0, 1) that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 4294967296;
  };
}

class Refused extends Error {
  readonly at: number;

  constructor(at: number) {
    super(`change ${at}`);
    this.at = at;
  }
}

const LINKS: [kind: "connection" | "step" | "note", name: string][] = [
  ["connection", "next_step_id"],
  ["step", "timeout_step_id"],
  ["note", "step_id"],
];

export class FakeServer {
  draft: Draft = smallDraft();
  version = 1;
  private readonly writes: { version: number; names: PartName[]; author: Id }[] = [];
  private ordinal = 100;
  onWrite: (news: News) => void = () => undefined;

  write(author: Id, version: number, changes: readonly Change[]): Answer {
    if (version !== this.version) return { sort: "stale" };
    try {
      const { draft, names } = this.done(changes);
      if (!names.length) return { sort: "saved", version, parts: [], removed: [] };
      this.draft = draft;
      this.version += 1;
      this.writes.push({ version: this.version, names, author });
      const news = this.news(this.version - 1);
      this.onWrite(news);
      return { sort: "saved", version: this.version, parts: [...news.parts], removed: [...news.removed] };
    } catch (error) {
      if (error instanceof Refused) return { sort: "refused", at: error.at, words: "no" };
      throw error;
    }
  }

  /** In order, all or none; then what hangs on removed parts goes, and what leads to them leads nowhere. */
  private done(changes: readonly Change[]): { draft: Draft; names: PartName[] } {
    let draft = this.draft;
    const names = new Map<string, PartName>();
    const run = (each: Change) => {
      draft = applied(draft, [each]).draft;
      names.set(`${each.kind} ${each.id}`, { kind: each.kind, id: each.id });
    };
    changes.forEach((change, at) => {
      const there = partOf(draft, change.kind, change.id);
      if ((there === undefined) !== (change.op === "add")) throw new Refused(at);
      for (const name of ["next_step_id", "timeout_step_id", "step_id", "first_step_id"]) {
        const target = change.fields[name];
        if (typeof target === "string" && target !== change.id && !draft.step.has(target)) throw new Refused(at);
      }
      const group = change.fields.group_id;
      if (typeof group === "string" && !draft.connection_group.has(group)) throw new Refused(at);
      const hangs = change.op === "remove" && change.kind === "step" ? groupsOf(draft, change.id) : [];
      const below = change.op === "remove" && change.kind === "connection_group" ? [change.id] : hangs;
      for (const each of below) for (const id of connectionsOf(draft, each)) run(removal("connection", id));
      for (const each of hangs) run(removal("connection_group", each));
      this.ordinal += 1;
      run(change.op === "add" ? { ...change, fields: { ...change.fields, ordinal: this.ordinal } } : change);
    });
    for (const [kind, name] of LINKS)
      for (const [id, part] of draft[kind] as ReadonlyMap<Id, unknown> as ReadonlyMap<Id, Fields>) {
        const target = part[name];
        if (typeof target === "string" && !draft.step.has(target))
          run({ op: "update", kind, id, fields: { [name]: null } });
      }
    return { draft, names: [...names.values()] };
  }

  news(since: number): News {
    const missed = this.writes.filter((write) => write.version > since);
    const names = new Map(missed.flatMap((write) => write.names).map((name) => [`${name.kind} ${name.id}`, name]));
    const found: WirePart[] = [];
    const removed: PartName[] = [];
    for (const { kind, id } of names.values()) {
      const fields = partOf(this.draft, kind as "step", id) as Fields | undefined;
      if (fields) found.push({ kind, id, fields: structuredClone(fields) });
      else removed.push({ kind, id });
    }
    const authors = new Set(missed.map((write) => write.author));
    const [authorId = null] = authors.size === 1 ? authors : [];
    return { version: this.version, bot: null, parts: found, removed, isWhole: false, authorId };
  }

  whole(since: number): News {
    const tables = ["step", "connection_group", "connection", "request", "widget", "note"] as const;
    const found = tables.flatMap((kind) =>
      [...this.draft[kind]].map(
        ([id, fields]): WirePart => ({ kind, id, fields: structuredClone(fields) as unknown as Fields }),
      ),
    );
    return { ...this.news(since), bot: this.draft.bot, parts: found, removed: [], isWhole: true };
  }
}

function removal(kind: Change["kind"], id: Id): Change {
  return { op: "remove", kind, id, fields: {} };
}

/** Everything that can happen next, done one after the other in an order that the seed decides. */
export class World {
  readonly server = new FakeServer();
  readonly editors: Editor[] = [];
  private readonly tasks: (() => void)[] = [];
  isAway = false;
  /** How often an answer is lost although the write was done, a notice is lost, a notice is a mere hint. */
  faults = { answers: 0, notices: 0, hints: 0 };

  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
    this.server.onWrite = (news) => {
      for (const editor of this.editors) {
        if (random() < this.faults.notices) continue;
        const isHint = random() < this.faults.hints;
        this.tasks.push(() => editor.heardVersion(news.version, isHint ? null : structuredClone(news)));
      }
    };
  }

  /** Another tab; `kept` is what a tab before it left in the browser. */
  open(author: Id, kept: Kept[] = []): { editor: Editor; kept: () => Kept } {
    let left: Kept = { changes: [], bases: [] };
    const keeper = {
      keep: (now: Kept) => {
        left = structuredClone(now);
      },
      kept: () => kept,
    };
    const fields = this.server.whole(0).parts;
    const opened = {
      version: this.server.version,
      bot: this.server.draft.bot ?? BOT,
      parts: [...fields],
      access: "editor" as const,
    };
    const editor = new Editor("bot", opened, this.lineOf(author), keeper, (work) => this.tasks.push(work));
    this.editors.push(editor);
    return { editor, kept: () => left };
  }

  close(editor: Editor): void {
    this.editors.splice(this.editors.indexOf(editor), 1);
    editor.stop();
  }

  private lineOf(author: Id): Server {
    return {
      news: (since) => this.call(() => (this.random() < 0.5 ? this.server.news(since) : this.server.whole(since))),
      send: (version, changes) =>
        this.call(() => this.server.write(author, version, structuredClone([...changes]))).catch(
          (): Answer => ({ sort: "away" }),
        ),
    };
  }

  /** The question travels, then the answer does: other things happen in between. */
  private call<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.tasks.push(() => {
        if (this.isAway) return reject(new TypeError("no connection"));
        const answer = work();
        const isLost = this.random() < this.faults.answers;
        this.tasks.push(() => (isLost ? reject(new TypeError("cut")) : resolve(answer)));
      });
    });
  }

  /** One thing happens. False where nothing waits. */
  async step(): Promise<boolean> {
    const [task] = this.tasks.splice(Math.floor(this.random() * this.tasks.length), 1);
    task?.();
    await new Promise((done) => setImmediate(done));
    return task !== undefined;
  }

  /** All that waits happens, everybody looks whether he missed something, and it stays quiet. */
  async settle(): Promise<void> {
    this.faults = { answers: 0, notices: 0, hints: 0 };
    this.isAway = false;
    for (let round = 0; round < 3; round += 1) {
      for (const editor of this.editors) editor.lookAgain();
      for (let left = 500; left && (await this.step()); left -= 1);
    }
  }
}
