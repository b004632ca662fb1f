// @vitest-environment jsdom
// A chat against a server that loses connections: nothing lost, nothing doubled, order kept.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client";
import { ChatSession } from "./session";
import { CHANNEL, FakeServer, ME, RENEW_AFTER_MS } from "./session.fakes";

let server: FakeServer;
let session: ChatSession;
const texts = () => session.view().messages.map(({ text }) => text);
const ownTexts = () => server.messages.filter(({ sender_id }) => sender_id === ME).map(({ text }) => text);
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const liveSocket = () => server.sockets.find(({ isUp }) => isUp);

function openSession() {
  return new ChatSession({ channelId: CHANNEL, gateway: server, connect: server.connect });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  localStorage.clear();
  server = new FakeServer();
  session = openSession();
});

afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

describe("files", () => {
  const file = { id: "7", url: "/u", name: "a.png", sizeBytes: 1, isImage: true };

  it("go out by their ids with the message that holds them, by socket and by HTTP", async () => {
    session.start();
    await pass(50);
    session.send("look", [file]);
    await pass(50);
    liveSocket()?.die();
    session.send("", [file]);
    await pass(5_000);
    const held = server.messages.filter(({ sender_id }) => sender_id === ME).map(({ attachments }) => attachments);
    expect(held).toEqual([[], [{ id: "7" }], [{ id: "7" }]]);
  });

  it("make a message by themselves; nothing at all makes none", async () => {
    session.start();
    await pass(50);
    session.send(" ");
    session.send("", [file]);
    await pass(50);
    expect(ownTexts()).toEqual(["/start", ""]);
  });
});

describe("the first visit", () => {
  it("starts the conversation once, and hides that it did", async () => {
    session.start();
    await pass(50);
    expect(ownTexts()).toEqual(["/start"]);
    expect(texts()).toEqual(["re: /start"]);
  });

  it("starts it once in React's strict mode, in a second tab and after a reload", async () => {
    session.start();
    session.stop();
    session.start();
    const tab = openSession();
    tab.start();
    await pass(50);
    session.stop();
    tab.stop();
    session = openSession();
    session.start();
    await pass(50);
    expect(server.visitors).toBe(1);
    expect(ownTexts()).toEqual(["/start"]);
    expect(texts()).toEqual(["re: /start"]);
  });

  it("sends what was written while the chat was opening, after the start", async () => {
    session.start();
    session.send("quick");
    await pass(50);
    expect(ownTexts()).toEqual(["/start", "quick"]);
  });

  it("waits until somebody sees the page", async () => {
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    session.start();
    await pass(50);
    expect(ownTexts()).toEqual([]);
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(50);
    expect(ownTexts()).toEqual(["/start"]);
  });

  it("exchanges the token when half its life is over, and stays the same visitor", async () => {
    for (const days of [0, 10, 16, 17]) {
      vi.setSystemTime(new Date(2026, 0, 1 + days));
      session = openSession();
      session.start();
      await pass(50);
      expect(server.renewals).toBe(days < 16 ? 0 : 1);
      session.stop();
    }
    expect(server.visitors).toBe(1);
    expect(texts()).toEqual(["re: /start"]);
  });

  it.each([
    [404, "gone"],
    [422, "gone"],
    [403, "private"],
    [503, "failed"],
  ])("tells a %i apart: %s", async (status, phase) => {
    server.refusal = new ApiError(status, "");
    session.start();
    await pass(50);
    expect(session.view().phase).toBe(phase);
  });

  it("comes up by itself when the server does", async () => {
    server.isReachable = false;
    session.start();
    await pass(50);
    expect(session.view().phase).toBe("failed");
    server.isReachable = true;
    await pass(3_100);
    expect(session.view().phase).toBe("ready");
    expect(ownTexts()).toEqual(["/start"]);
  });
});

describe("sending", () => {
  beforeEach(async () => {
    session.start();
    await pass(50);
  });

  it("keeps the order of quick messages", async () => {
    for (const text of ["1", "2", "3", "4", "5"]) session.send(text);
    expect(texts().slice(-5)).toEqual(["1", "2", "3", "4", "5"]);
    await pass(50);
    expect(ownTexts()).toEqual(["/start", "1", "2", "3", "4", "5"]);
    expect(session.view().messages.every(({ status }) => status === "sent")).toBe(true);
  });

  it("keeps what is written offline, also over a reload, and sends it once", async () => {
    server.isReachable = false;
    liveSocket()?.die();
    session.send("written offline");
    await pass(2_000);
    expect(session.view().isOffline).toBe(true);
    expect(session.view().isTyping).toBe(false);
    session.stop();
    session = openSession();
    session.start();
    expect(texts()).toContain("written offline");
    server.isReachable = true;
    await pass(15_000);
    expect(ownTexts()).toEqual(["/start", "written offline"]);
    expect(texts()).toEqual(["re: /start", "written offline", "re: written offline"]);
    expect(session.view().isOffline).toBe(false);
  });

  it("says at once that the device is offline, and takes it back", async () => {
    dispatchEvent(new Event("offline"));
    expect(session.view().isOffline).toBe(true);
    dispatchEvent(new Event("online"));
    await pass(50);
    expect(session.view().isOffline).toBe(false);
  });

  it("does not double what was kept although its answer was lost", async () => {
    for (const socket of server.sockets) socket.isDeaf = true;
    server.losesAnswers = true;
    session.send("hello");
    await pass(6_000);
    server.losesAnswers = false;
    await pass(30_000);
    expect(ownTexts()).toEqual(["/start", "hello"]);
    expect(texts()).toEqual(["re: /start", "hello", "re: hello"]);
  });

  it("asks over HTTP when the socket stays silent, and makes a new one", async () => {
    const [first] = server.sockets.slice(-1);
    if (first) first.isDeaf = true;
    session.send("hello");
    await pass(4_100);
    expect(ownTexts()).toEqual(["/start", "hello"]);
    expect(liveSocket()).not.toBe(first);
    await pass(3_000);
    expect(texts()).toEqual(["re: /start", "hello", "re: hello"]);
  });

  it("lets the person try a refused message again, after the ones written since", async () => {
    server.refusal = new ApiError(422, "Refused");
    session.send("first");
    await pass(50);
    const [refused] = session.view().messages.slice(-1);
    expect(refused).toMatchObject({ status: "failed", failure: "Refused" });
    server.refusal = null;
    session.send("second");
    await pass(50);
    session.sendAgain(refused?.externalId ?? "");
    await pass(50);
    expect(ownTexts()).toEqual(["/start", "second", "first"]);
    expect(session.view().messages.some(({ status }) => status !== "sent")).toBe(false);
  });

  it("fetches what was said while there was no connection", async () => {
    server.isReachable = false;
    liveSocket()?.die();
    await pass(5_000);
    server.pageSize = 3;
    for (let count = 0; count < 8; count += 1) server.add("bot", `missed ${count}`, null);
    server.isReachable = true;
    await pass(20_000);
    expect(texts()).toEqual(["re: /start", ...Array.from({ length: 8 }, (_, count) => `missed ${count}`)]);
  });

  it("sends nothing empty", async () => {
    session.send("  \n");
    await pass(50);
    expect(ownTexts()).toEqual(["/start"]);
  });
});

describe("around it", () => {
  it("shows typing while the server says so", async () => {
    session.start();
    await pass(50);
    liveSocket()?.tell({ type: "typing", is_typing: true });
    expect(session.view().isTyping).toBe(true);
    liveSocket()?.tell({ type: "typing", is_typing: false });
    expect(session.view().isTyping).toBe(false);
  });

  it("loads what is further up, once", async () => {
    for (let count = 0; count < 9; count += 1) server.add("bot", `${count}`, null);
    server.pageSize = 4;
    session.start();
    await pass(50);
    expect(texts()).toEqual(["5", "6", "7", "8"]);
    await Promise.all([session.loadOlder(), session.loadOlder()]);
    expect(texts()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    await session.loadOlder();
    expect(session.view().hasOlder).toBe(false);
    expect(texts()).toHaveLength(9);
  });

  it("counts what comes while the person looks elsewhere", async () => {
    session.start();
    await pass(50);
    session.setAttentive(false);
    const message = server.add("bot", "ping", null);
    liveSocket()?.tell({ type: "message", message });
    expect(session.view()).toMatchObject({ unreadCount: 1, unreadFromId: message.id });
    session.setAttentive(true);
    expect(session.view()).toMatchObject({ unreadCount: 0, unreadFromId: message.id });
  });

  it("begins anew as another visitor", async () => {
    session.start();
    await pass(50);
    server.messages = [];
    session.startOver();
    await pass(50);
    expect(server.visitors).toBe(2);
    expect(texts()).toEqual(["re: /start"]);
  });

  it("becomes a new visitor when the token is no longer good", async () => {
    localStorage.setItem(`dbcv.chat.${CHANNEL}.identity`, JSON.stringify({ token: "old", subscriberId: "x" }));
    server.refusal = new ApiError(401, "");
    const entering = vi.spyOn(server, "enter").mockImplementation(async () => {
      server.refusal = null;
      return { token: "new", subscriberId: ME, renewAt: Date.now() + RENEW_AFTER_MS };
    });
    session.start();
    await pass(50);
    expect(entering).toHaveBeenCalledOnce();
    expect(session.view().phase).toBe("ready");
  });

  it("leaves when the channel is gone", async () => {
    session.start();
    await pass(50);
    server.refusal = new ApiError(404, "");
    liveSocket()?.tell({ type: "unsubscribed", topic: `channel:${CHANNEL}` });
    await pass(50);
    expect(session.view().phase).toBe("gone");
  });
});

describe("a reply that is still being written", () => {
  const part = (text: string, index = 0) =>
    liveSocket()?.tell({ type: "message.part", channel_id: CHANNEL, session_id: "s", turn_id: "turn", index, text });
  const last = () => session.view().messages.at(-1);
  const reply = (text: string) => {
    const message = server.add("bot", text, null);
    message.reply_to = "turn";
    liveSocket()?.tell({ type: "message", message });
  };

  beforeEach(async () => {
    session.start();
    await pass(50);
  });

  it("grows, and its message takes its place without a jump", async () => {
    part("On");
    part("Once upon");
    expect(last()).toMatchObject({ author: "bot", text: "Once upon", status: "writing" });
    const key = last()?.externalId;
    reply("Once upon a time");
    expect(last()).toMatchObject({ text: "Once upon a time", status: "sent", externalId: key });
    expect(texts().filter((text) => text.startsWith("Once"))).toHaveLength(1);
  });

  it("goes away when its turn is over without it", async () => {
    part("Once");
    liveSocket()?.tell({ type: "typing", reply_to: "turn", is_typing: false });
    expect(last()?.status).toBe("sent");
  });

  it("goes away with the connection, and after a long silence", async () => {
    part("Once");
    liveSocket()?.die();
    expect(last()?.status).toBe("sent");
    await pass(5_000);
    part("Twice");
    expect(last()?.text).toBe("Twice");
    await pass(61_000);
    expect(texts()).not.toContain("Twice");
  });

  it("ignores what is no part", () => {
    for (const frame of [{ turn_id: 1 }, { turn_id: "t", index: 0.5, text: "x" }, { turn_id: "t", index: 0 }])
      liveSocket()?.tell({ type: "message.part", ...frame });
    expect(last()?.status).toBe("sent");
  });
});

describe("who answers", () => {
  it("is told at once when a person takes over, and after a connection that was lost meanwhile", async () => {
    session.start();
    await pass(50);
    expect(session.view().isPersonAnswering).toBe(false);
    liveSocket()?.tell({ type: "session", change: "paused", is_paused: true });
    expect(session.view().isPersonAnswering).toBe(true);
    const message = server.add("olga", "Hello", null);
    liveSocket()?.tell({ type: "message", message });
    expect(session.view().messages.at(-1)?.author).toBe("person");
    liveSocket()?.die();
    await pass(5_000);
    expect(session.view().isPersonAnswering).toBe(false);
  });

  it("knows what the page around says of the visitor before anything is said", async () => {
    const facts = { variables: { name: "Anna" } };
    session = new ChatSession({ channelId: CHANNEL, gateway: server, connect: server.connect, facts });
    session.start();
    await pass(50);
    expect(server.facts).toEqual([[facts, 0]]);
    session.introduce({ variables: { name: "Eve" } });
    await pass(50);
    expect(server.facts.at(-1)?.[0]).toEqual({ variables: { name: "Eve" } });
  });
});
