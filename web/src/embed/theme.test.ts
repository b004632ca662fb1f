import { expect, it } from "vitest";
import { readableOn, themeRules } from "./theme";
import { wordsFor } from "./words";

it.each([
  ["#ffff00", "#111318"],
  ["#0b7a4b", "#ffffff"],
  ["#000000", "#ffffff"],
])("on %s one reads %s", (colour, expected) => expect(readableOn(colour)).toBe(expected));

it("takes the owner's values only as what they are", () => {
  const rules = themeRules({ accent: "#0b7a4b", surface: "red;} * {display:none", radius_px: 6 }, "dark");
  expect(rules).toBe(":host { --_accent: #0b7a4b; --_on-accent: #ffffff; --_radius: 6px; --_scheme: dark; }");
  expect(themeRules({}, "x; color: red")).toBe(":host {  }");
});

it.each([
  ["ru", "en", ["en"], "ru"],
  [null, "ru-RU", ["en"], "ru"],
  [null, "de", ["fr", "ru"], "ru"],
  [null, "", [], "en"],
] as const)("asked %s on a page in %s: %j gives %s", (asked, page, browser, expected) => {
  expect(wordsFor(asked, page, browser)[0]).toBe(expected);
});
