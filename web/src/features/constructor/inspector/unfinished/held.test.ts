import { describe, expect, it } from "vitest";
import { type Held, moved } from "./held";

const held = (value: string): Held => ({ operator: "matches", value, field: "message.text", at: 1 });

describe("patterns that are not finished", () => {
  it("go with their rule, and move up behind one that went", () => {
    const before = { "c 0": held("("), "c 1": held("["), "c 2.0": held("*"), "d 1": held("+") };
    expect(moved(before, "c", "1")).toEqual({ "c 0": held("("), "c 1.0": held("*"), "d 1": held("+") });
    expect(moved(before, "c", "2.0")).toEqual({ "c 0": held("("), "c 1": held("["), "d 1": held("+") });
  });
});
