import { expect, it } from "vitest";
import { readFrame, reconnectDelayMs } from "./socket";

it("waits longer after each failure, up to a limit, and never in step with others", () => {
  const longest = [0, 1, 2, 3, 10, 100].map((failures) => reconnectDelayMs(failures, 1));
  expect(longest).toEqual([400, 800, 1600, 3200, 10_000, 10_000]);
  expect(reconnectDelayMs(2, 0)).toBe(800);
});

it.each([["not json"], ["[]"], ["null"], ["1"], ['{"type": 3}'], ["{}"], [new ArrayBuffer(3)]])(
  "reads no frame from %j",
  (data) => {
    expect(readFrame(data)).toBeNull();
  },
);

it("reads a frame", () => expect(readFrame('{"type":"pong","x":1}')).toEqual({ type: "pong", x: 1 }));
