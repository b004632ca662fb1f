import { describe, expect, it } from "vitest";
import {
  discard,
  EMPTY_CONVERSATION,
  enqueue,
  markFailed,
  nextToSend,
  receive,
  retry,
  visibleMessages,
  waitingSince,
} from "./conversation";
import {
  type ChatMessage,
  draftMessage,
  readAttachments,
  readMessage,
  readQuickReplies,
  START_ID,
  type WireMessage,
} from "./messages";

const fromBot = (id: string): ChatMessage => ({
  ...draftMessage(id, "", 0),
  externalId: null,
  author: "bot",
  id,
  status: "sent",
});
const mine = (id: string, externalId: string): ChatMessage => ({
  ...draftMessage(id, externalId, 0),
  id,
  status: "sent",
});
const shown = (conversation: typeof EMPTY_CONVERSATION) => visibleMessages(conversation).map(({ text }) => text);

function shuffles<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, place) => shuffles(items.toSpliced(place, 1)).map((rest) => [item, ...rest]));
}

describe("what arrives", () => {
  it("stands in the server's order, whatever order it comes in", () => {
    for (const order of shuffles([mine("1", "a"), fromBot("2"), mine("3", "b"), fromBot("4")])) {
      const conversation = order.reduce((held, message) => receive(held, [message]), EMPTY_CONVERSATION);
      expect(shown(conversation)).toEqual(["1", "2", "3", "4"]);
    }
  });

  it("is there once, however often it comes", () => {
    const once = receive(EMPTY_CONVERSATION, [fromBot("1"), fromBot("1")]);
    expect(shown(once)).toEqual(["1"]);
    expect(receive(once, [fromBot("1")])).toBe(once);
  });

  it("takes the place of what was on its way", () => {
    const written = enqueue(enqueue(EMPTY_CONVERSATION, draftMessage("hello", "x", 1)), draftMessage("again", "y", 2));
    const kept = receive(written, [mine("7", "x")]);
    expect(kept.outbox.map(({ externalId }) => externalId)).toEqual(["y"]);
    expect(shown(kept)).toEqual(["7", "again"]);
  });

  it("settles a message that was thought to have failed", () => {
    const failed = markFailed(enqueue(EMPTY_CONVERSATION, draftMessage("hello", "x", 1)), "x", "busy");
    expect(receive(failed, [mine("7", "x")]).outbox).toEqual([]);
  });
});

describe("the outbox", () => {
  const two = enqueue(enqueue(EMPTY_CONVERSATION, draftMessage("one", "x", 1)), draftMessage("two", "y", 2));

  it("is sent in the order of writing, past what failed", () => {
    expect(nextToSend(two)?.externalId).toBe("x");
    expect(nextToSend(markFailed(two, "x", ""))?.externalId).toBe("y");
  });

  it("tries again at the end, under the same id", () => {
    const again = retry(markFailed(two, "x", "why"), "x", 9);
    expect(again.outbox.map(({ externalId, status }) => [externalId, status])).toEqual([
      ["y", "sending"],
      ["x", "sending"],
    ]);
    expect(again.outbox[1]?.failure).toBeNull();
  });

  it("forgets what the person deletes", () => expect(shown(discard(two, "x"))).toEqual(["two"]));
});

it("hides the start that the page sent by itself", () => {
  expect(shown(receive(EMPTY_CONVERSATION, [mine("1", START_ID), fromBot("2")]))).toEqual(["2"]);
});

it("waits for an answer to the person's last message only", () => {
  expect(waitingSince(EMPTY_CONVERSATION)).toBeNull();
  expect(waitingSince(receive(EMPTY_CONVERSATION, [mine("1", "a")]))).toBe(0);
  expect(waitingSince(receive(EMPTY_CONVERSATION, [mine("1", "a"), fromBot("2")]))).toBeNull();
});

describe("a message of the server", () => {
  const wire: WireMessage = {
    id: "1",
    channel_id: "c",
    session_id: "s",
    sender_id: "bot",
    recipient_id: "me",
    reply_to: null,
    text: "Hi",
    params: { buttons: [{ text: "Yes", value: "y" }] },
    attachments: [],
    widget: null,
    external_id: null,
    created_at: "2026-01-01T00:00:00Z",
  };

  const cast = { ownId: "me", botIds: new Set(["bot"]) };

  it("is the person's if they sent it", () => {
    expect(readMessage(wire, cast).author).toBe("bot");
    expect(readMessage({ ...wire, sender_id: "me" }, cast)).toMatchObject({ author: "me", quickReplies: [] });
  });

  it("is a person's if no bot of the channel said it, unless it answers an event", () => {
    expect(readMessage({ ...wire, sender_id: "someone" }, cast).author).toBe("person");
    expect(readMessage({ ...wire, sender_id: "new-bot", reply_to: "e" }, cast).author).toBe("bot");
  });

  it.each([
    [
      { buttons: [{ text: "A", value: "a" }, { text: "B" }, { value: 3 }, "C", null, {}, { text: "A", value: "a" }] },
      ["A=a", "B=B", "3=3", "C=C"],
    ],
    [{ buttons: "no" }, []],
    [null, []],
    ["text", []],
    [[1], []],
  ])("has buttons only where there are some: %j", (params, expected) => {
    expect(readQuickReplies(params).map(({ text, value }) => `${text}=${value}`)).toEqual(expected);
  });

  it("has attachments of whatever shape", () => {
    const files = readAttachments([
      { url: "https://x.y/a%20b.PDF?z", size: 3 },
      "https://x.y/c.png",
      { name: "d", content_type: "image/webp" },
      null,
      {},
      { url: "https://x.y/%E0%A4%A" },
    ]);
    expect(files.map(({ name, isImage }) => [name, isImage])).toEqual([
      ["a b.PDF", false],
      ["c.png", true],
      ["d", true],
      ["%E0%A4%A", false],
    ]);
    expect(readAttachments("x")).toEqual([]);
  });
});
