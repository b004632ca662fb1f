import { describe, expect, it } from "vitest";
import en from "../../i18n/en/problems";
import ru from "../../i18n/ru/problems";
import { TOLD_HERE } from "./problemWords";

/** What only documents have: keys, braces, values. */
const OF_DOCUMENTS = /_id|_after|is_proxy|priority|[{}]|\bAND\b/;

describe("problems on the canvas", () => {
  it("are told there in full, in both languages", () => {
    const keys = TOLD_HERE.flatMap((code) => [code, `${code}_hint`]).sort();
    expect(Object.keys(en).sort()).toEqual(keys);
    expect(Object.keys(ru).sort()).toEqual(keys);
  });

  it("name nothing that only documents have", () => {
    for (const words of [...Object.values(en), ...Object.values(ru)]) expect(words).not.toMatch(OF_DOCUMENTS);
  });
});
