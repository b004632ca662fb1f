import { expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { type ChatMessage, draftMessage } from "../chat/messages";
import { timeline, toldOf } from "./timeline";

type Turn = Schemas["TurnOut"];

const said = (
  id: string,
  author: ChatMessage["author"],
  minute: number,
  replyTo: string | null = null,
): ChatMessage => ({
  ...draftMessage(id, id, minute * 60_000),
  id,
  author,
  replyTo,
  status: "sent",
});

const turn = (id: string, record: Record<string, unknown> = {}, kind = "message"): Turn => ({
  id,
  session_id: "s",
  bot_id: "b",
  revision: 1,
  kind,
  record,
  changed: [],
  error: null,
  created_at: "2026-01-01T00:00:00Z",
});

const shape = (messages: ChatMessage[], turns: Turn[], foundId: string | null = null) =>
  timeline(messages, turns, foundId).map((entry) =>
    entry.kind === "turn"
      ? `turn ${entry.turn.id}`
      : `${entry.hasFound ? "found " : ""}${entry.cluster.messages.map((message) => message.id).join("+")}`,
  );

it("tells a turn after its last reply, or after what began it", () => {
  const messages = [said("a1", "me", 1), said("a2", "bot", 1, "a1"), said("a3", "bot", 1, "a1"), said("a5", "me", 2)];
  expect(shape(messages, [turn("a5"), turn("a1")])).toEqual(["a1", "a2+a3", "turn a1", "a5", "turn a5"]);
});

it("tells what nobody said by its time, and nothing of messages that were not read", () => {
  const messages = [said("b1", "me", 1), said("b4", "me", 2)];
  const turns = [turn("a0"), turn("a9", {}, "operator"), turn("b2", {}, "timeout")];
  expect(shape(messages, turns, "b4")).toEqual(["turn a9", "b1", "turn b2", "found b4"]);
});

const document = {
  steps: [
    {
      id: "s1",
      name: "Ask",
      connection_groups: [
        { connections: [{ rules: { field: "message.text", operator: "equal", value: "yes" } }, { rules: {} }] },
      ],
    },
  ],
};

it("reads a record as a person does", () => {
  const trace = [
    { at: "http", step: "s1", ok: true },
    {
      at: "connection",
      step: "s1",
      group: 0,
      connection: 0,
      held: true,
      rules: [{ rule: "message.text =", value: "yes" }],
    },
    { at: "enter", step: "s2" },
    { at: "not_saved", target: "session.x", why: "too large" },
  ];
  const effects = [{ effect: "CallHttp", reply: { ok: true, status: 200 } }];
  const told = toldOf(turn("a", { trace, effects, elapsed_us: 1500 }), document, "en");
  expect(told.way).toEqual(["s2"]);
  expect(told.tried[0]).toMatchObject({ isHeld: true, seen: [{ name: "message.text =", value: "yes" }] });
  expect(told.tried[0]?.words).toContain("yes");
  expect(told.calls).toEqual([{ effect: "CallHttp", stepId: "s1", reply: { ok: true, status: 200 } }]);
  expect(told.remarks).toHaveLength(1);
  expect(told.elapsedMs).toBe(1.5);
});

it("says what a person did, and when the bot was silent", () => {
  const taken = turn("a", { trace: [{ at: "paused", username: "Vera" }] }, "operator");
  expect(toldOf(taken, undefined, "en").operator).toEqual({ did: "paused", username: "Vera" });
  expect(toldOf(turn("b", { trace: [{ at: "paused" }] }), undefined, "en").isSilenced).toBe(true);
});
