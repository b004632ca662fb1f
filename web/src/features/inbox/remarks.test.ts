import { describe, expect, it } from "vitest";
import en from "../../i18n/en/inbox";
import { makeTranslate } from "../../i18n/words";
import { remarkWords } from "./remarks";

const t = makeTranslate("en", (area) => (area === "inbox" ? en : undefined));
const name = (id: string) => (id === "a" ? "Ask" : id);

describe("what went otherwise than drawn", () => {
  it.each([
    [{ at: "undefined", path: "session.age" }, "session.age has no value: nothing stands in its place"],
    [
      { at: "not_saved", target: "session.x", why: "larger than 9 bytes" },
      "session.x was not saved: larger than 9 bytes",
    ],
    [{ at: "empty_message", step: "a" }, "The message of “Ask” was empty and was not sent"],
    [{ at: "reply_dropped", step: "" }, "A message of “no step” was left out: too many in one turn"],
    [{ at: "text_cut", limit: 20_000 }, "A text was cut after 20,000 characters"],
    [{ at: "loop", why: "more than 100 steps in one turn" }, "more than 100 steps in one turn"],
  ])("%o", (remark, words) => {
    expect(remarkWords(t, remark, name)).toBe(words);
  });
});
