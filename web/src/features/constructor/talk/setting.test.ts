import { expect, it } from "vitest";
import { typedValue, withVariable, writtenValue } from "./way";

it("sets a name alone for the session, and what is within a value at its place", () => {
  const first = withVariable(null, "age", 21, {});
  const next = withVariable(first, "user.address.city", "Kazan", {});
  expect(next).toMatchObject({ session: { age: 21 }, user: { address: { city: "Kazan" } }, bot: null });
});

it("keeps what the bot begins with beside what is set", () => {
  const state = withVariable(null, "bot.open", false, { greeting: "Hello", open: true });
  expect(state?.bot).toEqual({ greeting: "Hello", open: false });
  expect(withVariable(state, "bot.count", 1, { greeting: "Bye" })?.bot).toMatchObject({ greeting: "Hello", count: 1 });
});

it.each(["", "session.", "message.text", "session..age", "nowhere.age"])("sets nothing at %s", (path) => {
  expect(withVariable(null, path, 1, {})).toBeNull();
});

it.each(["21", "Ann", 21, true, null, { a: [1] }, ""])("writes %j so that the same is typed", (value) => {
  expect(typedValue(writtenValue(value))).toEqual(value);
});
