import { describe, expect, it } from "vitest";
import { decades, labelled, linePath, ticks } from "./scale";

describe("charts", () => {
  it("have round numbers at their lines", () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(3)).toEqual([0, 1, 2, 3]);
    expect(ticks(87)).toEqual([0, 50, 100]);
    expect(ticks(1234)).toEqual([0, 500, 1000, 1500]);
  });

  it("hold times between powers of ten", () => {
    expect(decades([])).toEqual([1, 10]);
    expect(decades([34, 1240])).toEqual([10, 100, 1000, 10000]);
    expect(decades([0, 1])).toEqual([1, 10]);
  });

  it("write as many labels as there is room for", () => {
    expect(labelled(7, 10)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(labelled(10, 4)).toEqual([0, 3, 6, 9]);
  });

  it("break their lines where there is nothing", () => {
    expect(linePath([[0, 1], [1, 2], null, [3, 4]])).toBe("M0.0 1.0L1.0 2.0M3.0 4.0");
    expect(linePath([null, null])).toBe("");
  });
});
