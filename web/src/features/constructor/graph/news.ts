// What others did to the draft, as the server tells it, put into the draft: what did not change stays the same object.
import { equal } from "./merging";
import {
  applied,
  type BotFields,
  type Change,
  type Draft,
  type Fields,
  type Id,
  isTableKind,
  partOf,
  TABLES,
  type WirePart,
} from "./model";

export interface PartName {
  kind: string;
  id: Id;
}

/** `isWhole`: `parts` are all there are, and what is not among them is gone. */
export interface News {
  version: number;
  bot: BotFields | null;
  parts: readonly WirePart[];
  removed: readonly PartName[];
  isWhole: boolean;
  /** Who did it; null where nobody said. */
  authorId: Id | null;
}

/** The draft with the news in it; the same object where they say nothing new. */
export function withNews(draft: Draft, news: Pick<News, "bot" | "parts" | "removed" | "isWhole">): Draft {
  const changes = [...gone(draft, news), ...news.parts.flatMap((part) => stored(draft, part))];
  if (news.bot) changes.push(...stored(draft, { kind: "bot", id: draft.botId, fields: { ...news.bot } }));
  return changes.length ? applied(draft, changes).draft : draft;
}

function gone(draft: Draft, { parts, removed, isWhole }: Pick<News, "parts" | "removed" | "isWhole">): Change[] {
  const names: PartName[] = isWhole ? missing(draft, parts) : [...removed];
  return names.flatMap(({ kind, id }): Change[] =>
    isTableKind(kind) && partOf(draft, kind, id) ? [{ op: "remove", kind, id, fields: {} }] : [],
  );
}

function missing(draft: Draft, parts: readonly WirePart[]): PartName[] {
  const there = new Set(parts.map(({ kind, id }) => `${kind} ${id}`));
  return TABLES.flatMap((kind) =>
    [...draft[kind].keys()].filter((id) => !there.has(`${kind} ${id}`)).map((id) => ({ kind, id })),
  );
}

const BOT_FIELDS: readonly string[] = ["name", "description", "variables", "first_step_id"];

function stored(draft: Draft, { kind, id, fields }: WirePart): Change[] {
  if (kind !== "bot" && !isTableKind(kind)) return []; // A kind that the editor does not draw.
  const before = partOf(draft, kind, id) as Fields | undefined;
  if (!before) return [{ op: "add", kind, id, fields }];
  const names = Object.keys(fields).filter((name) => kind !== "bot" || BOT_FIELDS.includes(name));
  const news = names.filter((name) => !equal(before[name], fields[name]));
  if (!news.length) return [];
  return [{ op: "update", kind, id, fields: Object.fromEntries(news.map((name) => [name, fields[name]])) }];
}
