import { describe, expect, it } from "vitest";
import { draftOf, type WirePart } from "../graph/model";
import { hiddenBy, hidesSome } from "./folding";

const step = (id: string): WirePart => ({ kind: "step", id, fields: { name: id, position: [0, 0], message: null } });
const link = (from: string, to: string): WirePart[] => [
  { kind: "connection_group", id: `g${from}${to}`, fields: { step_id: from, priority: 0, variables: [] } },
  {
    kind: "connection",
    id: `${from}${to}`,
    fields: { group_id: `g${from}${to}`, priority: 0, rules: {}, next_step_id: to },
  },
];
const BOT = { name: "", description: "", variables: {}, first_step_id: "a" };
// a → b → c → d, a → d, and z leads to y with nothing before it.
const DRAFT = draftOf("bot", BOT, [
  ...["a", "b", "c", "d", "y", "z"].map(step),
  ...[link("a", "b"), link("b", "c"), link("c", "d"), link("a", "d"), link("z", "y")].flat(),
]);

describe("folding", () => {
  it("hides what one comes to through the folded step only", () =>
    expect([...hiddenBy(DRAFT, new Set(["b"]))]).toEqual(["c"]));
  it("hides nothing of what another way leads to", () => expect([...hiddenBy(DRAFT, new Set(["c"]))]).toEqual([]));
  it("hides all that follows the first step, not what nothing leads to", () =>
    expect([...hiddenBy(DRAFT, new Set(["a"]))].sort()).toEqual(["b", "c", "d"]));
  it("is offered where it hides something", () =>
    expect(["a", "b", "c", "d"].filter((id) => hidesSome(DRAFT, id))).toEqual(["a", "b"]));
  it("forgets steps that are gone", () => expect(hiddenBy(DRAFT, new Set(["gone"])).size).toBe(0));
});
