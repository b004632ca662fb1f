import { describe, expect, it } from "vitest";
import { changesBetween, changesOfParts } from "./difference";
import { applied, type Draft, draftOf, type WirePart } from "./model";

const BOT = { name: "B", description: "", variables: {}, first_step_id: "a" };
const part = (kind: string, id: string, fields: Record<string, unknown>): WirePart => ({ kind, id, fields });
const BEFORE = draftOf("bot", BOT, [
  part("step", "a", { name: "A", position: [0, 0], message: null }),
  part("step", "b", { name: "B", position: [1, 0], message: { text: "x" } }),
  part("connection_group", "g", { step_id: "a", priority: 0, variables: [] }),
  part("connection", "c", { group_id: "g", priority: 0, rules: {}, next_step_id: "b", ordinal: 4 }),
]);
const AFTER = draftOf("bot", { ...BOT, first_step_id: "t" }, [
  part("step", "b", { name: "B", position: [1, 0], message: { text: "y" } }),
  part("step", "t", { name: "T", position: [0, 0], message: null }),
  part("template_instance", "t", { template_id: "x", inputs_mapping: {}, outputs_mapping: {} }),
]);

const plain = (draft: Draft) => ({
  bot: draft.bot,
  steps: [...draft.step]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([id, step]) => [id, step.name, step.message]),
  groups: [...draft.connection_group.keys()],
  connections: [...draft.connection].map(([id, { next_step_id }]) => [id, next_step_id]),
  instances: [...draft.template_instance.keys()],
});

describe("changes between two drafts", () => {
  it("lead there", () => expect(plain(applied(BEFORE, changesBetween(BEFORE, AFTER)).draft)).toEqual(plain(AFTER)));
  it("and back", () => expect(plain(applied(AFTER, changesBetween(AFTER, BEFORE)).draft)).toEqual(plain(BEFORE)));
  it("are none where nothing differs, places apart", () => {
    const moved = draftOf("bot", BOT, [
      ...[...BEFORE.step].map(([id, fields]) => part("step", id, { ...fields, ordinal: 9 })),
      part("connection_group", "g", { step_id: "a", priority: 0, variables: [] }),
      part("connection", "c", { group_id: "g", priority: 0, rules: {}, next_step_id: "b", ordinal: 5 }),
    ]);
    expect(changesBetween(BEFORE, moved)).toEqual([]);
  });
});

describe("parts changed by hand", () => {
  const before = [part("step", "a", { name: "A" }), part("connection_group", "g", { step_id: "a", priority: 0 })];

  it("say what was changed, added and left out, from the outside in", () =>
    expect(
      changesOfParts(before, [part("connection_group", "h", { step_id: "a" }), part("step", "a", { name: "B" })]),
    ).toEqual([
      { op: "update", kind: "step", id: "a", fields: { name: "B" } },
      { op: "add", kind: "connection_group", id: "h", fields: { step_id: "a" } },
      { op: "remove", kind: "connection_group", id: "g", fields: {} },
    ]));
  it("are no change as they were", () => expect(changesOfParts(before, before)).toEqual([]));
});
