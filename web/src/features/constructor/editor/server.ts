// The server as the queue of changes wants it: opens a draft, sends a batch, says in which of few ways it ended.
import { ApiError, dataOf, faultsOf, problemWords } from "../../../api/client";
import { api } from "../../../session/api";
import type { BotFields, Change, Id, WirePart } from "../graph/model";
import type { News } from "../graph/news";
import type { Answer, Opened, Server } from "../graph/queue";

export interface OpenedBot extends Opened {
  access: "owner" | "editor" | "viewer";
}

/** Raises ApiError (404: no such bot for this account), TypeError without a connection. */
export async function openBot(botId: Id): Promise<OpenedBot> {
  const { bot, parts } = await dataOf(api.GET("/api/v1/bots/{bot_id}/draft", { params: { path: { bot_id: botId } } }));
  return { version: bot.version, access: bot.access, bot: bot as BotFields, parts: parts as WirePart[] };
}

/** What became of the draft after a version. Raises as `openBot` does. */
async function newsOf(botId: Id, since: number): Promise<News> {
  const params = { path: { bot_id: botId }, query: { since } };
  const {
    bot,
    parts,
    removed = [],
    is_whole = true,
    authors = [],
  } = await dataOf(api.GET("/api/v1/bots/{bot_id}/draft", { params, signal: AbortSignal.timeout(LONGEST_WAIT_MS) }));
  const [authorId = null] = authors.length === 1 ? authors : [];
  return {
    version: bot.version,
    bot: bot as BotFields,
    parts: parts as WirePart[],
    removed,
    isWhole: is_whole,
    authorId,
  };
}

/** A server that hangs is as good as none: what was sent is kept, and sent again. */
const LONGEST_WAIT_MS = 10_000;
const PLACE = /^changes\[(\d+)\]/;
const NAMED = /^(\w+)\[([\da-f-]{36})\]/;

/** Which change of the batch a problem is about. */
function placeOf(problem: unknown, changes: readonly Change[]): number | null {
  for (const { path } of faultsOf(problem)) {
    const place = PLACE.exec(path)?.[1];
    if (place !== undefined) return Number(place);
    const id = NAMED.exec(path)?.[2];
    const index = changes.findIndex((change) => change.id === id || Object.values(change.fields).includes(id));
    if (id && index >= 0) return index;
  }
  return changes.length === 1 ? 0 : null;
}

async function send(botId: Id, version: number, changes: readonly Change[]): Promise<Answer> {
  const call = api.POST("/api/v1/bots/{bot_id}/changes", {
    params: { path: { bot_id: botId } },
    body: { version, changes: [...changes] },
    signal: AbortSignal.timeout(LONGEST_WAIT_MS),
  });
  const { data, error, response } = await call;
  if (response.ok && data)
    return { sort: "saved", version: data.version, parts: data.parts as WirePart[], removed: data.removed };
  const words = problemWords(error);
  if (response.status === 412) return { sort: "stale" };
  if (response.status === 403 || response.status === 404) return { sort: "forbidden", words };
  // A login that is over is not the edits' fault: they wait for the next one.
  const isOurs = response.status >= 400 && response.status < 500 && ![401, 408, 425, 429].includes(response.status);
  return isOurs ? { sort: "refused", at: placeOf(error, changes), words } : { sort: "away" };
}

export function serverOf(botId: Id): Server {
  return {
    news: (since) => newsOf(botId, since),
    send: async (version, changes) => {
      try {
        return await send(botId, version, changes);
      } catch (error) {
        if (error instanceof TypeError || error instanceof DOMException || error instanceof ApiError)
          return { sort: "away" };
        throw error;
      }
    },
  };
}
