import { expect, it } from "vitest";
import type { Funnel } from "../../analytics/queries";
import { type Draft, draftOf, type Fields } from "../graph/model";
import { trafficOf } from "./numbers";

const part = (kind: string, id: string, fields: Fields) => ({ kind, id, fields });
const way = (id: string, target: string, ordinal: number) =>
  part("connection", id, { group_id: "g", priority: 0, rules: {}, next_step_id: target, ordinal });

const DRAFT: Draft = draftOf("bot", { name: "", description: "", variables: {}, first_step_id: "a" }, [
  part("step", "a", { name: "A", timeout_step_id: "c", position: [0, 0] }),
  part("step", "b", { name: "B", position: [0, 0] }),
  part("step", "c", { name: "C", position: [0, 0] }),
  part("connection_group", "g", { step_id: "a", search_type: "message", priority: 0, ordinal: 0 }),
  way("to-b", "b", 0),
  way("to-c", "c", 1),
  way("to-c-too", "c", 2),
]);

const flow = (step_id: string, visits: number, stopped: number, is_end = false) => ({
  ...{ step_id, name: step_id, is_end, visits, departures: visits - stopped, stopped },
  drop_off: stopped / visits,
});
const walk = (place: number, target_id: string, walks: number, group = 0) => ({
  ...{ step_id: "a", group, place, target_id, walks },
  share: walks / 10,
});

it("lays visits and walks onto the draft", () => {
  const funnel = {
    steps: [flow("a", 10, 3), flow("b", 4, 4, true), flow("gone", 5, 5)],
    connections: [
      walk(0, "b", 4),
      walk(2, "c", 1),
      walk(-1, "c", 2, -1),
      walk(5, "b", 1),
      walk(7, "c", 1),
      walk(0, "gone", 9),
    ],
  } as unknown as Funnel;
  const { steps, edges } = trafficOf(DRAFT, funnel);
  expect([...steps]).toEqual([
    ["a", { visits: 10, stopped: 3, dropOff: 0.3 }],
    ["b", { visits: 4, stopped: 0, dropOff: 0 }],
  ]);
  // What stood at another place once is known by where it leads, if only one leads there.
  expect([...edges]).toEqual([
    ["to-b", { walks: 5, share: 0.5, stopped: null }],
    ["to-c-too", { walks: 1, share: 0.1, stopped: null }],
    ["timeout:a", { walks: 2, share: 0.2, stopped: null }],
  ]);
});

it("knows who stopped after a connection where no other way leads to its step", () => {
  const funnel = { steps: [flow("a", 10, 0), flow("b", 4, 3)], connections: [walk(0, "b", 4), walk(1, "c", 6)] };
  const { edges } = trafficOf(DRAFT, funnel as unknown as Funnel);
  expect([...edges.values()].map((each) => each.stopped)).toEqual([3, null]);
});
