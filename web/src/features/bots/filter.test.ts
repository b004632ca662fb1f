import { expect, it } from "vitest";
import { shownBots, tagsOf } from "./filter";
import type { BotCardData } from "./queries";

const bot = (name: string, tags: string[], updated: string) =>
  ({ name, description: `About ${name}`, tags, updated_at: updated, created_at: updated }) as BotCardData;
const BOTS = [bot("Bot 10", ["a"], "2026-01-01"), bot("bot 9", ["a", "b"], "2026-01-03"), bot("Лев", [], "2026-01-02")];
const names = (found: BotCardData[]) => found.map(({ name }) => name);

it("finds every word, wherever it stands", () => {
  expect(names(shownBots(BOTS, "ABOUT 9", null, "name"))).toEqual(["bot 9"]);
  expect(names(shownBots(BOTS, "лев", null, "name"))).toEqual(["Лев"]);
  expect(shownBots(BOTS, "nothing", null, "name")).toEqual([]);
});

it("sorts numbers in names as numbers, and changes by time", () => {
  expect(names(shownBots(BOTS, "", "a", "name"))).toEqual(["bot 9", "Bot 10"]);
  expect(names(shownBots(BOTS, "", null, "changed"))).toEqual(["bot 9", "Лев", "Bot 10"]);
});

it("lists tags by use", () => expect(tagsOf(BOTS)).toEqual(["a", "b"]));
