// The bots of who is logged in, and what can be done with a whole bot. Lists are read to their end: an account has few.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { download, fileName } from "../../ui/download";

export type BotCardData = Schemas["BotCard"];
type Figures = Schemas["BotFigures"];

const PAGE = 200;

async function allBots(): Promise<BotCardData[]> {
  const found: BotCardData[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    const page: Schemas["BotList"] = await dataOf(api.GET("/api/v1/bots", { params: { query } }));
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}

export function useBots() {
  return useQuery({ queryKey: ["bots", "all"], queryFn: allBots });
}

async function figuresOf(ids: readonly string[]): Promise<Map<string, Figures>> {
  const found = new Map<string, Figures>();
  for (let start = 0; start < ids.length; start += PAGE) {
    const query = { bot_id: ids.slice(start, start + PAGE) };
    const { items } = await dataOf(api.GET("/api/v1/bot_figures", { params: { query } }));
    for (const item of items) found.set(item.bot_id, item);
  }
  return found;
}

/** How the bots do right now, by their ids; read again every half minute while the page is looked at. */
export function useFigures(ids: readonly string[]) {
  return useQuery({
    queryKey: ["bots", "figures", ids],
    queryFn: () => figuresOf(ids),
    enabled: ids.length > 0,
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
}

/** What is wrong with a draft. A version is judged once: it never changes. */
export function useProblems(bot: BotCardData, isWanted: boolean) {
  const params = { path: { bot_id: bot.id } };
  return useQuery({
    queryKey: ["problems", bot.id, bot.version],
    queryFn: async () => (await dataOf(api.GET("/api/v1/bots/{bot_id}/check", { params }))).problems,
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useGallery() {
  const { language } = useWords();
  return useQuery({
    queryKey: ["gallery", language],
    queryFn: async () => (await dataOf(api.GET("/api/v1/gallery"))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Runs a change of bots, reads the lists again, and says what went wrong. */
export function useBotAction<Input, Output>(act: (input: Input) => Promise<Output>, isQuiet = false) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["bots"] }),
    onError: (error) => {
      if (!isQuiet) tellError(t, error);
    },
  });
}

export const createEmpty = (name: string) => dataOf(api.POST("/api/v1/bots", { body: { name, description: "" } }));

export const createFromGallery = (itemId: string) =>
  dataOf(api.POST("/api/v1/gallery/{item_id}", { params: { path: { item_id: itemId } } }));

/** A document as text, JSON or YAML: the server tells them apart. Raises ApiError with every problem. */
export const importText = (text: string) =>
  dataOf(
    api.POST("/api/v1/bots/import", {
      body: text as never,
      bodySerializer: (body) => body as unknown as string,
      headers: { "Content-Type": "text/plain" },
    }),
  );

export const copyBot = ({ id, name }: { id: string; name: string }) =>
  dataOf(api.POST("/api/v1/bots/{bot_id}/copy", { params: { path: { bot_id: id } }, body: { name } }));

export const deleteBot = (id: string, keepalive = false) =>
  done(api.DELETE("/api/v1/bots/{bot_id}", { params: { path: { bot_id: id } }, keepalive }));

export const setTags = ({ id, tags }: { id: string; tags: string[] }) =>
  dataOf(api.PUT("/api/v1/bots/{bot_id}/tags", { params: { path: { bot_id: id } }, body: { tags } }));

/** Hands the draft to the browser as a file. */
export async function exportBot(bot: { id: string; name: string }, format: "json" | "yaml"): Promise<void> {
  const params = { path: { bot_id: bot.id }, query: { format } };
  const text = await dataOf(api.GET("/api/v1/bots/{bot_id}/export", { params, parseAs: "text" }));
  download(new Blob([text as string], { type: `application/${format}` }), `${fileName(bot.name) || "bot"}.${format}`);
}
