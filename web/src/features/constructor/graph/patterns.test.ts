import { describe, expect, it } from "vitest";
import { patternFault } from "./patterns";
import cases from "./patterns.cases.json";

describe("a pattern that is typed", () => {
  it.each(cases)("$pattern: $fault", ({ pattern, fault }) => {
    expect(patternFault(pattern)).toBe(fault);
  });

  it("is not judged while it holds variables", () => {
    expect(patternFault("({$user.city$}")).toBeNull();
    expect(patternFault("({$user.city")).toBe("group");
  });
});
