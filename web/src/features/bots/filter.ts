// Which bots are shown, and in which order.
import type { BotCardData } from "./queries";

export type Sort = "changed" | "name" | "created";
export const SORTS: readonly Sort[] = ["changed", "name", "created"];

const ORDERS: Record<Sort, (one: BotCardData, other: BotCardData) => number> = {
  changed: (one, other) => other.updated_at.localeCompare(one.updated_at),
  created: (one, other) => other.created_at.localeCompare(one.created_at),
  name: (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true, sensitivity: "base" }),
};

/** Bots that have every word of `search` in name, description or tags, and the tag if one is chosen. */
export function shownBots(bots: readonly BotCardData[], search: string, tag: string | null, sort: Sort): BotCardData[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return bots
    .filter((bot) => {
      const text = [bot.name, bot.description, ...bot.tags].join(" ").toLowerCase();
      return words.every((word) => text.includes(word)) && (tag === null || bot.tags.includes(tag));
    })
    .sort(ORDERS[sort]);
}

/** All tags in use, the most used first. */
export function tagsOf(bots: readonly BotCardData[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of bots.flatMap((bot) => bot.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0])).map(([tag]) => tag);
}
