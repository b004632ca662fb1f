import { describe, expect, it } from "vitest";
import { CardMaker, makeCard, reachable } from "./cards";
import { copied, pasted, readFragment } from "./clipboard";
import {
  addConnection,
  addGroup,
  addStep,
  connect,
  move,
  moved,
  neighbours,
  removeSteps,
  renumbered,
  setMessage,
  update,
} from "./commands";
import { ADULT, smallDraft } from "./graph.fakes";
import { NO_HISTORY, remembered, steppedBack, steppedForth } from "./history";
import { applied, type Change, connectionsOf, type Draft, groupsOf, Inapplicable, newId } from "./model";
import { rebased } from "./rebase";
import { asGroup, asRules, isOtherwise, ruleInWords } from "./rules";

const tables = (draft: Draft) =>
  JSON.stringify([
    draft.bot,
    [...draft.step].sort(),
    [...draft.connection].sort(),
    [...draft.connection_group].sort(),
    [...draft.note].sort(),
    [...draft.groupsOf].sort(),
    [...draft.connectionsOf].sort(),
  ]);

describe("every command leads back", () => {
  const draft = smallDraft();
  const commands: [string, Change[]][] = [
    ["a step", addStep(draft, "question", [1, 2], "New")],
    ["a request", addStep(draft, "request", [1, 2], "New")],
    [
      "a move",
      move(
        draft,
        new Map([
          ["ask", [5, 6]],
          ["n", [7, 8]],
        ]),
      ),
    ],
    ["a connection", addConnection(draft, "ask", "g", ADULT, "lost")],
    ["a target", connect(draft, "ask", "c:adult", "bye")],
    ["a timeout", connect(draft, "ask", "timeout", null)],
    ["a first group", connect(draft, "welcome", "else:", "bye")],
    ["work", addGroup(draft, "ask", { search_type: "code" })],
    ["removing the first step", removeSteps(draft, ["ask"])],
    ["removing a target", removeSteps(draft, ["bye", "welcome"])],
    ["removing everything", removeSteps(draft, draft.step.keys())],
    ["a text", setMessage(draft, "ask", { text: "?" })],
  ];

  it.each(commands)("%s", (_, changes) => {
    const before = tables(draft);
    const { draft: after, back } = applied(draft, changes);
    expect(tables(after)).not.toBe(before);
    expect(tables(draft)).toBe(before);
    expect(tables(applied(after, back).draft)).toBe(before);
  });

  it("leaves nothing behind that names what is gone", () => {
    const { draft: after } = applied(draft, removeSteps(draft, ["bye", "ask"]));
    const text = JSON.stringify([
      [...after.step.values()],
      [...after.connection.values()],
      [...after.note.values()],
      after.bot,
    ]);
    expect(text).not.toMatch(/"(bye|ask)"/);
    expect(after.bot.first_step_id).toBe("welcome");
    expect(after.connection_group.has("g")).toBe(false);
  });

  it("refuses what cannot be", () => {
    expect(() => applied(draft, [update("step", "nobody", { name: "" })])).toThrow(Inapplicable);
  });
});

describe("order", () => {
  it("puts a connection before the otherwise", () => {
    const { draft } = applied(smallDraft(), addConnection(smallDraft(), "ask", "g", ADULT, null, "new"));
    expect(connectionsOf(draft, "g")).toEqual(["adult", "new", "else"]);
  });

  it("puts work before waiting, and renumbers what is dragged", () => {
    const base = smallDraft();
    const { draft } = applied(base, addGroup(base, "ask", { search_type: "code" }, "code"));
    expect(groupsOf(draft, "ask")).toEqual(["code", "g"]);
    const changes = renumbered(base, "connection", moved(connectionsOf(base, "g"), 1, 0));
    expect(connectionsOf(applied(base, changes).draft, "g")).toEqual(["else", "adult"]);
  });
});

describe("cards", () => {
  it("say what a step does, row by row", () => {
    const card = makeCard(smallDraft(), "ask", "en");
    expect(card?.kind).toBe("question");
    expect(card?.rows.map((row) => [row.type, row.words, row.target])).toEqual([
      ["connection", "answer is greater than 17", "Welcome"],
      ["otherwise", "otherwise", "Bye"],
      ["timeout", "3600", "Bye"],
    ]);
    expect(makeCard(smallDraft(), "lost", "ru")?.rows.map((row) => [row.type, row.words])).toEqual([
      ["work", "POST crm.example/deals"],
      ["missing", "дальше"],
    ]);
  });

  it("are the same object until something they show changes", () => {
    const maker = new CardMaker();
    const draft = smallDraft();
    const card = maker.card(draft, "ask", "en");
    const elsewhere = applied(draft, [
      update("step", "lost", { name: "x" }),
      ...move(draft, new Map([["ask", [9, 9]]])),
    ]).draft;
    expect(maker.card(elsewhere, "ask", "en")).toBe(card);
    const renamed = applied(draft, [update("step", "bye", { name: "Ciao" })]).draft;
    expect(maker.card(renamed, "ask", "en")?.rows[1]?.target).toBe("Ciao");
  });

  it("know what nothing leads to, and who is next to whom", () => {
    expect([...reachable(smallDraft())].sort()).toEqual(["ask", "bye", "welcome"]);
    expect(neighbours(smallDraft(), "bye")).toEqual({ before: ["ask"], after: [] });
    expect(neighbours(smallDraft(), "ask").after.sort()).toEqual(["bye", "welcome"]);
  });
});

describe("rules as sentences", () => {
  it.each([
    [ADULT, "answer is greater than 17", "ответ больше 17"],
    [{}, "otherwise", "иначе"],
    [null, "otherwise", "иначе"],
    [{ field: "user.name", operator: "is_empty" }, "user.name is empty", "user.name пусто"],
    [
      {
        condition: "OR",
        not: true,
        rules: [
          { field: "a.b", operator: "in", value: ["x", 1] },
          {
            condition: "AND",
            rules: [
              { field: "c.d", operator: "equal", value: true },
              { field: "e.f", operator: "odd", value: "y" },
            ],
          },
        ],
      },
      "not (a.b is one of “x”, 1 or (c.d is true and e.f odd “y”))",
      "не (a.b одно из “x”, 1 или (c.d равно true и e.f odd “y”))",
    ],
  ])("%j", (rules, en, ru) => {
    expect(ruleInWords(rules, "en")).toBe(en);
    expect(ruleInWords(rules, "ru")).toBe(ru);
  });

  it("become a group and rules again", () => {
    expect(asRules(asGroup(ADULT))).toBe(ADULT);
    expect(asGroup({ field: "a.b", operator: "equal", value: 1 }).rules).toHaveLength(1);
    expect(isOtherwise(asRules(asGroup(null)))).toBe(true);
  });
});

describe("undo", () => {
  const command = (about: string, at: number) => ({
    changes: [update("step", "ask", { name: `${at}` })],
    back: [update("step", "ask", { name: "Ask" })],
    about,
    at,
  });

  it("takes typing in one field as one step, and a redo back", () => {
    let history = remembered(remembered(NO_HISTORY, command("step.name", 0)), command("step.name", 500));
    expect(history.done).toHaveLength(1);
    history = remembered(history, command("step.name", 5_000));
    expect(history.done).toHaveLength(2);
    const back = steppedBack(history);
    expect(back?.history.undone).toHaveLength(1);
    expect(steppedForth(back?.history ?? NO_HISTORY)?.history).toEqual(history);
    expect(steppedBack(NO_HISTORY)).toBeNull();
  });
});

/** The draft after this step of another was pasted. */
function withCopy(from: Draft, id: string, into = from): Draft {
  const fragment = readFragment(copied(from, [id]));
  if (!fragment) throw new Error("nothing was copied");
  return applied(into, pasted(into, fragment, [0, 0]).changes).draft;
}

describe("copy and paste", () => {
  it("makes the same again with new ids, links inside kept, links out cut in another bot", () => {
    const draft = smallDraft();
    const fragment = readFragment(copied(draft, ["ask", "welcome", "lost", "n"]));
    if (!fragment) throw new Error("nothing was copied");
    const empty = applied(draft, removeSteps(draft, draft.step.keys())).draft;
    const bare = { ...empty, request: new Map(), note: new Map() };
    let next = 0;
    const { changes, ids } = pasted(bare, fragment, [1000, 1000], () => `new${next++}`);
    const { draft: after } = applied(bare, changes);
    expect(ids).toHaveLength(4);
    const ask = [...after.step].find(([, step]) => step.name === "Ask")?.[0] ?? "";
    expect(after.step.get(ask)?.position).toEqual([1000, 1000]);
    expect(after.step.get(ask)?.timeout_step_id).toBeNull();
    const [adult, otherwise] = connectionsOf(after, groupsOf(after, ask)[0] ?? "").map((id) =>
      after.connection.get(id),
    );
    expect(after.step.get(adult?.next_step_id ?? "")?.name).toBe("Welcome");
    expect(otherwise?.next_step_id).toBeNull();
    expect(after.request.size).toBe(1);
  });

  it("leads out to the same steps in the same bot", () => {
    const draft = smallDraft();
    const after = withCopy(draft, "ask");
    expect([...after.connection.values()].filter((each) => each.next_step_id === "bye")).toHaveLength(2);
    expect(after.request.size).toBe(1);
  });

  it("gives a copy a name of its own, and an empty bot a beginning", () => {
    const draft = smallDraft();
    const names = (after: Draft) =>
      [...after.step.values()].map((step) => step.name).filter((name) => /^Ask/.test(name));
    const once = withCopy(draft, "ask");
    expect(names(once)).toEqual(["Ask", "Ask 2"]);
    expect(names(withCopy(draft, "ask", once))).toEqual(["Ask", "Ask 2", "Ask 3"]);
    expect(once.bot.first_step_id).toBe("ask");
    const bare = applied(draft, removeSteps(draft, draft.step.keys())).draft;
    const fragment = readFragment(copied(draft, ["welcome", "ask"]));
    if (!fragment) throw new Error("nothing was copied");
    const after = applied(bare, pasted(bare, fragment, [0, 0]).changes).draft;
    expect(after.step.get(after.bot.first_step_id ?? "")?.name).toBe("Ask");
  });

  it("keeps a credential within its bot, also when cut, and leaves it out in another", () => {
    const mail = { search_type: "integration", integration_id: "email.send", credential_id: "key" };
    const draft = applied(smallDraft(), [update("connection_group", "work", mail)]).draft;
    const keys = (after: Draft) =>
      [...after.connection_group.values()].map((each) => each.credential_id).filter(Boolean);
    expect(keys(withCopy(draft, "lost"))).toEqual(["key", "key"]);
    const cut = applied(draft, removeSteps(draft, ["lost"])).draft;
    expect(keys(withCopy(draft, "lost", cut))).toEqual(["key"]);
    expect(keys(withCopy(draft, "lost", { ...cut, botId: "another" }))).toEqual([]);
  });

  it.each(["", "{}", "[1]", '{"format":"dbcv.fragment","parts":[{"kind":"bot","id":"1","fields":{}}]}'])(
    "%s is none",
    (text) => {
      expect(readFragment(text)).toBeNull();
    },
  );
});

describe("rebase", () => {
  const base = smallDraft();

  it("keeps both people's fields, also inside one message", () => {
    const theirs = applied(base, [
      update("step", "ask", {
        position: [9, 9],
        message: { text: "How old are you?", params: { buttons: [] }, attachments: [], widget_id: null },
      }),
    ]).draft;
    const { draft, lost } = rebased(base, theirs, setMessage(base, "ask", { text: "Age?" }));
    expect(draft.step.get("ask")?.position).toEqual([9, 9]);
    expect(draft.step.get("ask")?.message).toMatchObject({ text: "Age?", params: { buttons: [] } });
    expect(lost).toEqual([]);
  });

  it("says what had nothing to go to, and repeats nothing", () => {
    const theirs = applied(base, removeSteps(base, ["ask"])).draft;
    const mine = [
      update("step", "ask", { name: "x" }),
      ...removeSteps(base, ["ask"]),
      ...addConnection(base, "welcome", null, {}, "ask"),
    ];
    const { lost, changes, draft } = rebased(base, theirs, mine);
    expect(lost).toEqual([mine[0]]);
    expect([...draft.connection.values()].at(-1)?.next_step_id).toBeNull();
    expect(changes.filter((change) => change.op === "remove")).toEqual([]);
  });

  it("does not repeat an addition that had arrived, and goes on from it", () => {
    const add = addStep(base, "message", [0, 0], "New", "new");
    const theirs = applied(base, add).draft;
    expect(rebased(base, theirs, [...add, update("step", "new", { name: "Newer" })]).changes).toEqual([
      update("step", "new", { name: "Newer" }),
    ]);
  });
});

it("makes ids that are UUIDs and sort by time", () => {
  expect(newId(1)).toMatch(/^00000000-0001-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(newId(1) < newId(2)).toBe(true);
});
