import { describe, expect, it } from "vitest";
import { applied, type Change, draftOf, type Fields } from "../graph/model";
import { connectionMarks, versionIn } from "./connections";
import { changedMarks } from "./marks";

const is = (value: number) => ({ condition: "AND", rules: [{ field: "message.text", operator: "equal", value }] });
const way = (rules: Fields, next_step_id: string | null) => ({ rules, next_step_id });
const BEFORE = {
  steps: [
    { id: "a", name: "A", connection_groups: [{ connections: [way(is(1), "b"), way(is(2), "c"), way({}, "b")] }] },
    { id: "b", timeout_after: 60, timeout_step_id: "c", connection_groups: [{ connections: [way({}, "c")] }] },
    { id: "c", name: "C", position: [40, 0] },
  ],
  master_connection_groups: [{ connections: [way(is(9), "a")] }],
};
const part = (kind: string, id: string, fields: Fields) => ({ kind, id, fields });
const connection = (id: string, group_id: string, rules: Fields, next_step_id: string | null, ordinal: number) =>
  part("connection", id, { group_id, rules, next_step_id, ordinal, priority: 0, filters: null });
const group = (id: string, step_id: string | null) =>
  part("connection_group", id, { step_id, search_type: "message", priority: 0, ordinal: 0, request_id: null });
const BOT = { name: "", description: "", variables: {}, first_step_id: "a" };
const DRAFT = draftOf("bot", BOT, [
  part("step", "a", { name: "A", timeout_after: null, timeout_step_id: null, position: [0, 0] }),
  part("step", "b", { name: "B", timeout_after: 60, timeout_step_id: "c", position: [0, 0] }),
  part("step", "c", { name: "C", timeout_after: null, timeout_step_id: null, position: [40, 0] }),
  ...[group("ga", "a"), group("gb", "b"), group("gm", null)],
  // The names of a rule in another order than the document has them.
  connection("one", "ga", { rules: is(1).rules, condition: "AND" }, "b", 0),
  connection("two", "ga", is(2), "c", 1),
  connection("else", "ga", {}, "b", 2),
  connection("on", "gb", {}, "c", 0),
  connection("master", "gm", is(9), "a", 0),
]);
const VERSION = versionIn(BEFORE);

function marksAfter(...changes: Change[]) {
  const { edges, gone, touched } = connectionMarks(applied(DRAFT, changes).draft, VERSION);
  return {
    edges: Object.fromEntries(edges),
    gone: gone.map(({ sourceId, targetId, seconds }) => [sourceId, targetId, seconds]),
    touched: [...touched],
  };
}
const change = (op: Change["op"], kind: Change["kind"], id: string, fields: Fields = {}): Change => ({
  ...{ op, kind, id, fields },
});

describe("connections since a version", () => {
  it("says nothing where nothing changed", () => expect(marksAfter()).toEqual({ edges: {}, gone: [], touched: [] }));

  it("tells added ones, those with another rule, and those that are gone", () =>
    expect(
      marksAfter(
        change("add", "connection_group", "gc", { step_id: "c" }),
        change("add", "connection", "new", { group_id: "gc", rules: is(3), next_step_id: "a" }),
        change("update", "connection", "on", { rules: is(5) }),
        change("remove", "connection", "one"),
        change("remove", "connection", "master"),
      ),
    ).toEqual({
      edges: { new: "added", on: "changed" },
      gone: [
        ["a", "b", null],
        [null, "a", null],
      ],
      touched: ["a", "b", "c"],
    }));

  it("shows where a connection led before", () =>
    expect(marksAfter(change("update", "connection", "two", { next_step_id: "b" }))).toEqual({
      edges: { two: "changed" },
      gone: [["a", "c", null]],
      touched: ["a"],
    }));

  it("follows waiting times", () => {
    const moved = change("update", "step", "b", { timeout_step_id: "a" });
    expect(marksAfter(moved)).toEqual({ edges: { "timeout:b": "changed" }, gone: [["b", "c", 60]], touched: ["b"] });
    const made = change("update", "step", "a", { timeout_after: 5, timeout_step_id: "c" });
    expect(marksAfter(made).edges).toEqual({ "timeout:a": "added" });
  });

  it("draws what led to and from a step that is gone", () => {
    const without = applied(DRAFT, [
      change("remove", "connection", "on"),
      change("remove", "connection_group", "gb"),
      change("update", "connection", "one", { next_step_id: null }),
      change("update", "connection", "else", { next_step_id: null }),
      change("remove", "step", "b"),
    ]).draft;
    const marks = changedMarks(without, [], VERSION);
    expect(marks.ghosts.map((each) => each.id)).toEqual(["b"]);
    expect(marks.gone.map((each) => [each.sourceId, each.targetId])).toEqual([
      ["a", "b"],
      ["a", "b"],
      ["b", "c"],
      ["b", "c"],
    ]);
    expect([...marks.steps]).toEqual([["a", "changed"]]);
  });
});
