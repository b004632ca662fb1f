import { describe, expect, it } from "vitest";
import { dayOf, periodOf, spanOf } from "./period";

const NOW = new Date(2026, 2, 10, 14, 30);
const at = (query: string) => periodOf(new URLSearchParams(query), NOW);

describe("the period in the address", () => {
  it("is the last seven days where nothing sensible stands there", () => {
    for (const query of ["", "period=8", "from=2026-03-01", "from=x&to=y"]) expect(at(query).id).toBe("7");
    expect(at("")).toMatchObject({ first: "2026-03-04", last: "2026-03-10" });
  });

  it("ends with the present hour", () => {
    const span = spanOf(at("period=today"), NOW);
    expect(span?.from).toEqual(new Date(2026, 2, 10));
    expect(span?.to).toEqual(new Date(2026, 2, 10, 15));
  });

  it("has own days, both included", () => {
    const span = spanOf(at("from=2026-03-01&to=2026-03-02"), NOW);
    expect([dayOf(span?.from as Date), dayOf(span?.to as Date)]).toEqual(["2026-03-01", "2026-03-03"]);
  });

  it("is no period when it ends before it begins, is too long or lies ahead", () => {
    for (const query of [
      "from=2026-03-02&to=2026-03-01",
      "from=2024-01-01&to=2026-03-01",
      "from=2027-01-01&to=2027-02-01",
    ])
      expect(spanOf(at(query), NOW)).toBeNull();
  });
});
