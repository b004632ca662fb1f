import { describe, expect, it } from "vitest";
import { mendOf } from "../mending";
import { elseInWords } from "./cards";
import { addStep, connect, update } from "./commands";
import { smallDraft } from "./graph.fakes";
import { applied, type Change, DEFAULTS, type Draft, draftOf, type Fields } from "./model";
import { variablesOf, withScope } from "./variables";
import { openWay } from "./ways";

const BOT = { name: "Shop", description: "", variables: {}, first_step_id: "hello" };
const part = (kind: keyof typeof DEFAULTS, id: string, fields: Fields) => ({
  kind,
  id,
  fields: { ...DEFAULTS[kind], ...fields },
});
const preset = { preset_id: "question_phone" };

/** A greeting, and beside it a question as a preset draws it: it asks, reads the answer, keeps it or asks again. */
const shop = () =>
  draftOf("bot", BOT, [
    part("step", "hello", { name: "Hello" }),
    part("step", "ask", { ...preset, is_proxy: true }),
    part("step", "answer", preset),
    part("step", "again", { ...preset, is_proxy: true }),
    part("step", "keep", { ...preset, is_proxy: true }),
    part("connection_group", "g1", { step_id: "ask" }),
    part("connection", "c1", { group_id: "g1", next_step_id: "answer" }),
    part("connection_group", "g2", { step_id: "answer" }),
    part("connection", "c2", { group_id: "g2", next_step_id: "keep", rules: { rules: [{ field: "message.text" }] } }),
    part("connection", "c3", { group_id: "g2", next_step_id: "again", priority: 1 }),
    part("connection_group", "g3", { step_id: "again" }),
    part("connection", "c4", { group_id: "g3", next_step_id: "answer" }),
    part("connection_group", "g4", {
      step_id: "keep",
      variables: [
        { target: "session._question", source: "message.text", mode: "set", ext: null },
        { target: "user.phone", source: "message.text", mode: "set", ext: null },
      ],
    }),
  ]);
const changed = (draft: Draft, changes: Change[]) => applied(draft, changes).draft;
const problem = (code: string, step_id: string) => ({ code, step_id, path: "", message: "", hint: "" }) as never;

describe("what is added next goes on from", () => {
  it("a step that leads nowhere", () => expect(openWay(shop(), "hello")).toEqual({ stepId: "hello", handle: "else:" }));

  it("the end of the preset, wherever in it one is", () => {
    for (const id of ["ask", "answer", "again", "keep"])
      expect(openWay(shop(), id)).toEqual({ stepId: "keep", handle: "else:g4" });
  });

  it("nothing where every way leads on", () => {
    expect(openWay(changed(shop(), connect(shop(), "hello", "else:", "ask")), "hello")).toBeNull();
    expect(openWay(smallDraft(), "ask")).toBeNull();
  });

  it("the wait of a step that only waits", () => {
    const draft = changed(shop(), addStep(shop(), "timer", [0, 0], "Wait", "wait"));
    expect(openWay(draft, "wait")).toEqual({ stepId: "wait", handle: "timeout" });
  });
});

describe("mends", () => {
  it("lead the one open way to a step that nothing leads to", () => {
    const mend = mendOf(problem("unreachable_step", "ask"), shop());
    expect(mend?.label).toBe("mend_lead_here");
    const mended = changed(shop(), mend?.changes ?? []);
    expect([...mended.connection.values()].some((each) => each.next_step_id === "ask")).toBe(true);
  });

  it("offer to remove it where no way is open", () => {
    const draft = changed(shop(), connect(shop(), "hello", "else:", "hello"));
    expect(mendOf(problem("unreachable_step", "ask"), draft)?.label).toBe("mend_remove_step");
  });

  it("begin anew at the end, but not at one that does not wait", () => {
    const mended = changed(shop(), mendOf(problem("dead_end", "hello"), shop())?.changes ?? []);
    expect([...mended.connection.values()].at(-1)?.next_step_id).toBe("hello");
    expect(mendOf(problem("dead_end", "keep"), shop())).toBeNull();
  });
});

describe("the only way on", () => {
  it.each([
    ["hello", "any answer", "любой ответ"],
    ["ask", "then", "дальше"],
    ["answer", "otherwise", "иначе"],
  ])("of %s is called %s", (id, en, ru) => {
    expect(elseInWords(shop(), id, "en")).toBe(en);
    expect(elseInWords(shop(), id, "ru")).toBe(ru);
  });

  it("is not called so in the rules of the whole bot", () => expect(elseInWords(shop(), null, "en")).toBe("otherwise"));

  it("has its other name once a rule stands beside it", () => {
    const draft = changed(shop(), [update("connection", "c1", { rules: { rules: [{ field: "message.text" }] } })]);
    expect(elseInWords(draft, "ask", "en")).toBe("otherwise");
  });
});

describe("variables", () => {
  it.each([
    ["имя", "session.имя"],
    [" день рождения ", "session.день_рождения"],
    ["user.phone", "user.phone"],
    ["result", "result"],
    ["message.text", "message.text"],
    ["", ""],
  ])("“%s” becomes “%s”", (typed, kept) => expect(withScope(typed)).toBe(kept));

  it("that the bot saves are offered first, what a preset keeps for itself last", () => {
    const paths = variablesOf(shop());
    expect(paths[0]).toBe("user.phone");
    expect(paths.at(-1)).toBe("session._question");
  });
});
