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
