import { describe, expect, it } from "vitest";
import type { Clash } from "./clashes";
import { removeSteps, setMessage, update } from "./commands";
import { BOT, parts, smallDraft } from "./graph.fakes";
import { applied, type Change, type Draft } from "./model";
import { type Answer, ChangeQueue, type Saving } from "./queue";

const OTHERS = { bot: BOT, removed: [], isWhole: true, authorId: "anna" };

function world(answers: Answer[], kept: Change[] = []) {
  const sent: { version: number; changes: readonly Change[] }[] = [];
  const told: Saving[] = [];
  const work: (() => void)[] = [];
  const result = { sent, told, kept, drafts: [] as Draft[], lost: [] as Change[], clashes: [] as Clash[] };
  const queue = new ChangeQueue(
    {
      server: {
        news: async () => ({ ...OTHERS, version: 5, parts: parts().filter((part) => part.id !== "lost") }),
        send: async (version, changes) => {
          sent.push({ version, changes });
          return answers.shift() ?? { sort: "saved", version: version + 1, parts: [], removed: [] };
        },
      },
      keeper: {
        keep: (now) => {
          result.kept = [...now.changes];
        },
        kept: () => [{ changes: kept, bases: [] }],
      },
      onSaving: (saving) => told.push(saving),
      onRebased: ({ draft, lost, clashes }) => {
        result.drafts.push(draft);
        result.lost.push(...lost);
        result.clashes.push(...clashes);
      },
      wait: (job) => work.push(job),
    },
    { version: 1, bot: BOT, parts: parts() },
    "bot",
  );
  const run = async () => {
    for (let job = work.shift(); job; job = work.shift()) {
      job();
      await new Promise((done) => setTimeout(done));
    }
  };
  return { queue, run, result, told: () => told.at(-1) };
}

const name = (text: string) => update("step", "ask", { name: text });

describe("the queue of changes", () => {
  it("takes over what a tab left that closed while this one was open, under its own edits of the same", async () => {
    const { queue, run, result, told } = world([{ sort: "away" }]);
    queue.begin();
    queue.push([name("Typed here")]);
    const bases = parts().filter((part) => part.id === "ask" || part.id === "bye");
    queue.adopt([{ changes: [update("step", "bye", { name: "Typed there" })], bases }]);
    expect(result.drafts.at(-1)?.step.get("bye")?.name).toBe("Typed there");
    expect(result.drafts.at(-1)?.step.get("ask")?.name).toBe("Typed here");
    expect(result.kept).toHaveLength(2);
    await run();
    expect(
      result.sent
        .at(-1)
        ?.changes.map((change) => change.id)
        .sort(),
    ).toEqual(["ask", "bye"]);
    expect(told()).toMatchObject({ state: "saved", waiting: 0 });
    expect(result.kept).toEqual([]);
  });

  it("does not say again what was refused half-typed once it is typed on", async () => {
    const { queue, run, result, told } = world([{ sort: "refused", at: 0, words: "is no text" }]);
    queue.push([name(""), update("step", "bye", { name: "Bye" })]);
    const sending = run();
    queue.push([name("Ask")]);
    await sending;
    await run();
    expect(told()).toMatchObject({ state: "saved", waiting: 0, refused: [] });
    const last = result.sent.flatMap(({ changes }) => changes.filter((each) => each.id === "ask"));
    expect(last.at(-1)?.fields).toEqual({ name: "Ask" });
    await queue.refresh();
    await run();
    expect(result.sent.flatMap(({ changes }) => changes).filter((each) => each.fields.name === "")).toHaveLength(1);
  });

  it("sends what was typed as one change, then the next batch on the new version", async () => {
    const { queue, run, result, told } = world([]);
    queue.push([name("a")]);
    queue.push([name("ab")]);
    expect(told()).toMatchObject({ state: "saving", waiting: 1 });
    await run();
    queue.push(setMessage(smallDraft(), "bye", { text: "Ciao" }));
    await run();
    expect(result.sent.map(({ version, changes }) => [version, changes.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(result.sent[0]?.changes[0]?.fields).toEqual({ name: "ab" });
    expect(told()).toEqual({ state: "saved", waiting: 0, refused: [] });
    expect(result.kept).toEqual([]);
  });

  it("keeps edits while nobody answers, and sends them when somebody does", async () => {
    const { queue, run, result, told } = world([{ sort: "away" }]);
    queue.push([name("a"), update("step", "bye", { name: "b" })]);
    expect(result.kept).toHaveLength(2);
    const first = run();
    await first;
    expect(result.told.some((saving) => saving.state === "offline" && saving.waiting === 2)).toBe(true);
    expect(told()?.state).toBe("saved");
    expect(result.sent).toHaveLength(2);
  });

  it("takes in what others did, with our edits on top, and says what is lost", async () => {
    const { queue, run, result } = world([{ sort: "stale" }]);
    queue.push([name("mine"), update("step", "lost", { name: "gone" })]);
    await run();
    expect(result.drafts[0]?.step.get("ask")?.name).toBe("mine");
    expect(result.lost).toEqual([update("step", "lost", { name: "gone" })]);
    expect(result.sent.at(-1)).toEqual({ version: 5, changes: [name("mine")] });
  });

  it("sets aside what is refused, and tries it again when it is mended", async () => {
    const { queue, run, result, told } = world([{ sort: "refused", at: 0, words: "no" }]);
    queue.push([update("step", "ask", { timeout_after: -1 }), update("step", "bye", { name: "b" })]);
    await run();
    expect(told()).toMatchObject({ state: "saved", waiting: 0, refused: [{ words: "no" }] });
    expect(result.kept).toHaveLength(1);
    queue.push([update("step", "ask", { timeout_after: 5 })]);
    await run();
    expect(result.sent.at(-1)?.changes).toEqual([update("step", "ask", { timeout_after: 5 })]);
    expect(told()).toEqual({ state: "saved", waiting: 0, refused: [] });
  });

  it("ends a batch before what it removed comes back", async () => {
    const { queue, run, result } = world([]);
    const changes = removeSteps(smallDraft(), ["bye"]);
    queue.push(changes);
    queue.push(applied(smallDraft(), changes).back);
    await run();
    expect(result.sent).toHaveLength(2);
    expect(result.sent[0]?.changes.some((change) => change.op === "add")).toBe(false);
  });

  it("begins with the edits that an earlier page kept", async () => {
    const { queue, run, result } = world([], [name("kept"), update("step", "nobody", { name: "x" })]);
    const { draft, lost } = queue.begin();
    expect(draft.step.get("ask")?.name).toBe("kept");
    expect(lost).toHaveLength(1);
    await run();
    expect(result.sent[0]?.changes).toEqual([name("kept")]);
  });

  it("stops sending when it may not", async () => {
    const { queue, run, result, told } = world([{ sort: "forbidden", words: "no" }]);
    queue.push([name("a")]);
    await run();
    queue.push([name("b")]);
    await run();
    expect(told()).toMatchObject({ state: "forbidden", waiting: 1 });
    expect(result.sent).toHaveLength(1);
  });
});
