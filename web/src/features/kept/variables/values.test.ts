import { describe, expect, it } from "vitest";
import { converted, kindOf, read, textOf } from "./values";

describe("what is typed for a value", () => {
  it("keeps its type", () => {
    expect(read("text", "42")).toEqual({ value: "42" });
    expect(read("number", " 4,5 ")).toEqual({ value: 4.5 });
    expect(read("number", "four")).toBeNull();
    expect(read("number", "true")).toBeNull();
    expect(read("list", "{}")).toBeNull();
    expect(read("object", '{"a": [1]}')).toEqual({ value: { a: [1] } });
    for (const value of ["x", 4, true, null, [1], { a: 1 }])
      expect(read(kindOf(value), textOf(kindOf(value), value))).toEqual({ value });
  });

  it("is taken over into another type as far as it fits", () => {
    expect(converted("42", "number")).toBe(42);
    expect(converted("x", "number")).toBe(0);
    expect(converted(42, "text")).toBe("42");
    expect(converted("a", "list")).toEqual(["a"]);
    expect(converted({ a: 1 }, "text")).toBe('{"a":1}');
  });
});
