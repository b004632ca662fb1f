// @vitest-environment jsdom
// What the page around the chat is told: everything said from now on, once, whichever side was faster.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Host } from "./hosted";
import { ChatSession } from "./session";
import { CHANNEL, FakeServer } from "./session.fakes";

const AROUND = "https://shop.example";
let session: ChatSession;
let told: unknown[][];

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  vi.stubGlobal("CSS", { supports: () => true });
  localStorage.clear();
  told = [];
  vi.spyOn(parent, "postMessage").mockImplementation(
    (note: { dbcv: string; message?: { text: string; author: string } }) => {
      if (note.message) told.push([note.message.author, note.message.text]);
    },
  );
  const server = new FakeServer();
  session = new ChatSession({ channelId: CHANNEL, gateway: server, connect: server.connect });
  const host = new Host();
  dispatchEvent(new MessageEvent("message", { data: { dbcv: "hello", isOpen: true }, origin: AROUND, source: parent }));
  host.follow(session);
  session.start();
  await vi.advanceTimersByTimeAsync(0);
  told = [];
});

afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

it("is told what the visitor said also where the answer comes before the server's receipt", async () => {
  session.send("Clara");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told.toSorted()).toEqual([
    ["bot", "re: Clara"],
    ["me", "Clara"],
  ]);
});
