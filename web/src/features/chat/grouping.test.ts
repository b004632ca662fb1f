import { expect, it } from "vitest";
import { dayName, groupMessages, isLong, shownText } from "./grouping";
import { type ChatMessage, draftMessage } from "./messages";

const at = (time: string) => new Date(`2026-03-01T${time}`).getTime();
const said = (author: "me" | "bot", time: string, id: string): ChatMessage => ({
  ...draftMessage(id, id, at(time)),
  author,
  id,
  status: "sent",
});

it("puts one author's minute together, and the time under the last of the minute only", () => {
  const clusters = groupMessages(
    [
      said("bot", "10:00:01", "a"),
      said("bot", "10:00:59", "b"),
      said("me", "10:00:59", "c"),
      said("me", "10:01:00", "d"),
    ],
    null,
  );
  expect(clusters.map(({ messages }) => messages.map(({ id }) => id).join(""))).toEqual(["ab", "c", "d"]);
  expect(clusters.map(({ isMinuteEnd }) => isMinuteEnd)).toEqual([false, true, true]);
  expect(clusters.map(({ newDay }) => newDay !== null)).toEqual([true, false, false]);
});

it("begins a new cluster where the unread ones begin", () => {
  const clusters = groupMessages([said("bot", "10:00:01", "a"), said("bot", "10:00:02", "b")], "b");
  expect(clusters.map(({ isUnreadStart }) => isUnreadStart)).toEqual([false, true]);
});

it("names the day", () => {
  const words = { today: "today", yesterday: "yesterday" };
  const now = at("12:00:00");
  const day = 24 * 3600 * 1000;
  expect(dayName(now - 3600_000, now, "en", words)).toBe("today");
  expect(dayName(now - day, now, "en", words)).toBe("yesterday");
  expect(dayName(now - 3 * day, now, "ru", words)).toBe("26 февраля");
  expect(dayName(now - 400 * day, now, "en", words)).toContain("2025");
});

it("folds what is long", () => {
  expect(isLong("short")).toBe(false);
  expect(isLong("x".repeat(901))).toBe(true);
  expect(isLong("x\n".repeat(20))).toBe(true);
});

it("shows the label of the button that was pressed", () => {
  const question = { ...said("bot", "10:00:00", "a"), quickReplies: [{ text: "Yes, gladly", value: "yes" }] };
  const answer = { ...said("me", "10:00:01", "b"), text: "yes" };
  expect(shownText(answer, question)).toBe("Yes, gladly");
  expect(shownText(answer, undefined)).toBe("yes");
});
