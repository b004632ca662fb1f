// Two people on one bot, in every order of what happens: their drafts become one, and nothing is lost without a word.
import { describe, expect, it } from "vitest";
import type { Editor } from "../editor/editor";
import { addConnection, addStep, connect, removeSteps, setMessage, update } from "./commands";
import { valueAt } from "./merging";
import { type Draft, type Fields, groupsOf, type Id, partOf } from "./model";
import type { Kept } from "./queue";
import { seeded, World } from "./together.fakes";

/** Words that one person put somewhere, and what became of them. */
class Memory {
  private readonly last = new Map<string, { word: string; place: string }>();
  private readonly replaced = new Set<string>();
  private readonly told = new Set<string>();
  private count = 0;

  watch(editor: Editor): void {
    editor.store.subscribe(({ clashes }, before) => {
      if (clashes !== before.clashes)
        for (const clash of clashes) for (const word of wordsIn(clash)) this.told.add(word);
    });
    for (const clash of editor.state.clashes) for (const word of wordsIn(clash)) this.told.add(word);
  }

  /** A word nobody else says, for a place; whoever puts it there has seen what stood there before. */
  word(who: string, draft: Draft, kind: "step" | "note", id: Id, path: string[]): string {
    this.saw(valueAt(partOf(draft, kind, id), path));
    this.count += 1;
    const word = `${who}${this.count}!`;
    const place = [kind, id, ...path].join(" ");
    this.last.set(`${who} ${place}`, { word, place });
    return word;
  }

  saw(value: unknown): void {
    for (const word of wordsIn(value)) this.replaced.add(word);
  }

  missing(draft: Draft): string[] {
    const stands = new Set(wordsIn([...draft.step, ...draft.note]));
    const all = [...this.last.values()].map(({ word }) => word);
    return all.filter((word) => !stands.has(word) && !this.replaced.has(word) && !this.told.has(word));
  }
}

function wordsIn(value: unknown): string[] {
  return JSON.stringify(value)?.match(/[AB]\d+!/g) ?? [];
}

function pick<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

let made = 0;

/** A name for a new part. */
function fresh(): Id {
  made += 1;
  return `new${made}`;
}

function act(random: () => number, who: string, editor: Editor, memory: Memory): void {
  const { draft } = editor;
  const steps = [...draft.step.keys()];
  const id = steps.length ? pick(random, steps) : null;
  const dice = random();
  if (id === null || dice < 0.1) {
    const stepId = fresh();
    editor.run(addStep(draft, "message", [0, 0], memory.word(who, draft, "step", stepId, ["name"]), stepId));
  } else if (dice < 0.35) editor.run([update("step", id, { name: memory.word(who, draft, "step", id, ["name"]) })]);
  else if (dice < 0.65) {
    const field = pick(random, ["text", "params"]);
    const path = field === "text" ? ["message", "text"] : ["message", "params", "buttons"];
    const word = memory.word(who, draft, "step", id, path);
    editor.run(setMessage(draft, id, field === "text" ? { text: word } : { params: { buttons: [{ text: word }] } }));
  } else if (dice < 0.75) editor.run(connect(draft, id, `timeout:${id}`, pick(random, steps)));
  else if (dice < 0.82) editor.run(addConnection(draft, id, null, {}, pick(random, steps), fresh()));
  else if (dice < 0.9 && draft.note.has("n"))
    editor.run([update("note", "n", { text: memory.word(who, draft, "note", "n", ["text"]) })]);
  else {
    memory.saw(draft.step.get(id));
    editor.run(removeSteps(draft, [id]));
  }
}

function plain(draft: Draft): unknown {
  const tables = ["step", "connection_group", "connection", "request", "note"] as const;
  const rows = tables.flatMap((kind) =>
    [...draft[kind]].map(([id, fields]) => [kind, id, fields as unknown as Fields]),
  );
  return {
    bot: draft.bot,
    rows: rows.sort((one, other) => (`${one[0]} ${one[1]}` < `${other[0]} ${other[1]}` ? -1 : 1)),
  };
}

function expectOne(world: World): void {
  for (const editor of world.editors) {
    expect(plain(editor.draft)).toEqual(plain(world.server.draft));
    expect(editor.state.saving).toEqual({ state: "saved", waiting: 0, refused: [] });
    expect(editor.state.version).toBe(world.server.version);
    for (const [groupId, { step_id }] of editor.draft.connection_group)
      expect(groupsOf(editor.draft, step_id)).toContain(groupId);
  }
}

async function play(seed: number, faults: World["faults"], moves: number): Promise<{ world: World; memory: Memory }> {
  const random = seeded(seed);
  const world = new World(random);
  const memory = new Memory();
  const people = (["A", "B"] as const).map((who) => ({ who, ...world.open(who) }));
  for (const { editor } of people) memory.watch(editor);
  world.faults = faults;
  for (let move = 0; move < moves; move += 1) {
    const { who, editor } = pick(random, people);
    if (random() < 0.45) act(random, who, editor, memory);
    else await world.step();
    if (random() < 0.03) world.isAway = !world.isAway;
  }
  await world.settle();
  return { world, memory };
}

const SEEDS = Array.from({ length: 120 }, (_, index) => index + 1);

describe("two people at once", () => {
  it.each(SEEDS)("see the same in the end, and nothing is lost without a word (%i)", async (seed) => {
    const { world, memory } = await play(seed, { answers: 0, notices: 0.1, hints: 0.2 }, 60);
    expectOne(world);
    expect(memory.missing(world.server.draft)).toEqual([]);
  });

  it.each(SEEDS.slice(0, 60))("and when answers are cut off, too (%i)", async (seed) => {
    const { world, memory } = await play(seed * 7919, { answers: 0.25, notices: 0.3, hints: 0.3 }, 60);
    expectOne(world);
    expect(memory.missing(world.server.draft)).toEqual([]);
  });

  it.each(SEEDS.slice(0, 40))("and when one closes his tab in the middle and comes back (%i)", async (seed) => {
    const random = seeded(seed * 104729);
    const world = new World(random);
    const memory = new Memory();
    let anna = world.open("A");
    const boris = world.open("B");
    for (const { editor } of [anna, boris]) memory.watch(editor);
    for (let round = 0; round < 3; round += 1) {
      world.isAway = true;
      for (let move = 0; move < 12; move += 1) {
        if (random() < 0.3) act(random, "A", anna.editor, memory);
        await world.step();
      }
      const left: Kept = anna.kept();
      world.close(anna.editor);
      world.isAway = false;
      for (let move = 0; move < 20; move += 1) {
        if (random() < 0.4) act(random, "B", boris.editor, memory);
        else await world.step();
      }
      anna = world.open("A", [structuredClone(left)]);
      memory.watch(anna.editor);
    }
    await world.settle();
    expectOne(world);
    expect(memory.missing(world.server.draft)).toEqual([]);
  });

  it.each(SEEDS.slice(0, 40))("and going back takes back only what is one's own (%i)", async (seed) => {
    const random = seeded(seed * 15485863);
    const world = new World(random);
    const [anna, boris] = [world.open("A").editor, world.open("B").editor];
    const nobody = new Memory();
    for (let move = 0; move < 80; move += 1) {
      const [who, editor] = pick(random, [["A", anna] as const, ["B", boris] as const]);
      const dice = random();
      if (dice < 0.3) act(random, who, editor, nobody);
      else if (dice < 0.45) editor.undo();
      else if (dice < 0.5) editor.redo();
      else await world.step();
    }
    await world.settle();
    expectOne(world);
  });
});

describe("a clash", () => {
  async function same(): Promise<{ world: World; anna: Editor; boris: Editor }> {
    const world = new World(seeded(5));
    return { world, anna: world.open("A").editor, boris: world.open("B").editor };
  }

  it("keeps both where two fields of one step are changed", async () => {
    const { world, anna, boris } = await same();
    anna.run(setMessage(anna.draft, "ask", { text: "Hers" }));
    boris.run([update("step", "ask", { name: "His" })]);
    boris.run(setMessage(boris.draft, "ask", { params: { buttons: [{ text: "1" }] } }));
    await world.settle();
    const { name, message } = world.server.draft.step.get("ask") ?? {};
    expect([name, message?.text, message?.params]).toEqual(["His", "Hers", { buttons: [{ text: "1" }] }]);
    expect([...anna.state.clashes, ...boris.state.clashes]).toEqual([]);
  });

  it("offers the other text to both, and takes it on a word", async () => {
    const { world, anna, boris } = await same();
    anna.run([update("step", "ask", { name: "Hers" })]);
    boris.run([update("step", "ask", { name: "His" })]);
    await world.settle();
    const last = world.server.draft.step.get("ask")?.name;
    const [winner, loser] = last === "His" ? [boris, anna] : [anna, boris];
    expect(winner.state.clashes.map(({ stands, path }) => [stands, path])).toEqual([["mine", ["name"]]]);
    const [clash] = loser.state.clashes;
    expect([clash?.stands, clash?.theirs, clash?.authorId]).toEqual(["theirs", last, last === "His" ? "B" : "A"]);
    if (clash) loser.takeOther(clash);
    await world.settle();
    expect(world.server.draft.step.get("ask")?.name).toBe(last === "His" ? "Hers" : "His");
    expect(loser.state.clashes).toEqual([]);
  });

  it("brings a step back that was removed while somebody wrote in it, with what led there", async () => {
    const { world, anna, boris } = await same();
    boris.run(removeSteps(boris.draft, ["bye"]));
    await world.settle();
    const before = world.server.draft;
    expect(before.step.has("bye")).toBe(false);
    expect(anna.state.clashes).toEqual([]);
    boris.undo();
    await world.settle();
    anna.run([update("step", "bye", { name: "Hers" })]);
    boris.run(removeSteps(boris.draft, ["bye"]));
    await world.settle();
    const clash = [...anna.state.clashes, ...boris.state.clashes].find((each) => !each.path.length);
    const teller = anna.state.clashes.length ? anna : boris;
    expect(clash).toBeDefined();
    if (clash) teller.takeOther({ ...clash, key: "", authorId: null });
    await world.settle();
    const { draft } = world.server;
    expect(draft.step.get("bye")?.name).toBe("Hers");
    expect(draft.step.get("ask")?.timeout_step_id).toBe("bye");
    expect(draft.connection.get("else")?.next_step_id).toBe("bye");
    expectOne(world);
  });
});
