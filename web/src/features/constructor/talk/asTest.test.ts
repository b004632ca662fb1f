import { describe, expect, it } from "vitest";
import { asTest, hindranceOf } from "./asTest";
import type { Entry } from "./talk";
import type { Turn } from "./way";

const NONE = {
  entered: [],
  taken: [],
  trace: [],
  errands: [],
  changed: [],
  error: null,
  halted_before: null,
  resume: null,
};

function turn(texts: string[], more: Record<string, unknown> = {}): Turn {
  const replies = texts.map((text) => ({ text, params: {}, attachments: [], widget: null, step_id: "ask" }));
  const state = { seed: 7, timer: null, ...((more.state as object) ?? {}) };
  return { ...NONE, version: 1, now: "2026-01-01T09:00:00Z", replies, ...more, state } as unknown as Turn;
}

const entry = (id: number, event: Entry["event"], of: Turn | null): Entry => ({ id, event, turn: of, failure: null });
const CRM = {
  kind: "request",
  asked: { request_id: "r1", name: "CRM", url: "https://crm.example" },
  reply: { ok: true, status: 200, result: { n: 1 }, headers: { "set-cookie": "secret" }, elapsed_ms: 12.5 },
  elapsed_ms: 12.5,
};

describe("a talk as a test", () => {
  it("keeps what was said, answered and replied, and no headers of services", () => {
    const first = turn(["Hi"], { replies: [{ text: "Hi", params: { buttons: ["Yes"] } }] });
    const talk = [entry(1, { text: "start" }, first), entry(2, { text: "Yes" }, turn(["Done"], { errands: [CRM] }))];
    const script = asTest("A guest", talk, null, false);
    expect(script.given).toMatchObject({ now: "2026-01-01T09:00:00Z", seed: 7 });
    expect(script.effects).toEqual([{ request: "CRM", reply: { ok: true, status: 200, result: { n: 1 } } }]);
    expect(script.turns?.map((each) => each.bot)).toEqual([[{ text: "Hi", buttons: ["Yes"] }], [{ text: "Done" }]]);
  });

  it("lets as much time pass as the step waited for", () => {
    const asked = turn(["Well?"], { state: { timer: { step_id: "ask", due_at: "2026-01-01T09:15:00Z" } } });
    const script = asTest(
      "Late",
      [entry(1, { text: "a" }, asked), entry(2, { kind: "timeout" }, turn(["Bye"]))],
      null,
      false,
    );
    expect(script.turns?.[1]).toMatchObject({ wait: 900, bot: [{ text: "Bye" }] });
  });

  it("says why a talk cannot be kept", () => {
    const said = entry(1, { text: "a" }, turn([]));
    expect(hindranceOf([], false)).toBe("nothing_said");
    expect(hindranceOf([entry(1, { kind: "start", step_id: "x" }, turn([]))], false)).toBe("begun_inside");
    expect(hindranceOf([said], true)).toBe("touched");
    expect(hindranceOf([said, entry(2, { text: "b" }, null)], false)).toBe("unfinished");
    expect(hindranceOf([said], false)).toBeNull();
  });
});
