import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("quotes what needs it and lets no formula through", () => {
  expect(
    csvOf([
      ["a", 1, null],
      ['say "hi", you', "=1+1", -5],
    ]),
  ).toBe('a,1,\r\n"say ""hi"", you",\'=1+1,-5\r\n');
});

it.each([
  ["@x", "'@x"],
  ["-1+cmd", "'-1+cmd"],
  ["+7 (999) 123-45-67", "+7 (999) 123-45-67"],
  ["a;=1+1", '"a;=1+1"'],
])("%s stands as %s", (text, cell) => {
  expect(csvOf([[text]])).toBe(`${cell}\r\n`);
});
