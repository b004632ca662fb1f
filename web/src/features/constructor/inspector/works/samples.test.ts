import { expect, it } from "vitest";
import { byScope, namedInCode } from "./samples";

it("finds what Python reads, each path once", () => {
  const code = `
age = variables["session"]["age"]
name = variables.get("user", {}).get('name', "you")
city = variables['session'].get("city")
if variables["session"]["age"] > 17: pass
print(variables)`;
  expect(namedInCode(code)).toEqual(["session.age", "user.name", "session.city"]);
});

it("gives samples by scope, numbers as numbers", () => {
  const samples = new Map([
    ["session.age", "21"],
    ["user.name", "Ann"],
    ["user.empty", ""],
  ]);
  expect(byScope(samples)).toEqual({ session: { age: 21 }, user: { name: "Ann" } });
});
