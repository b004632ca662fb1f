// Kept variables of a bot, a channel, a conversation, a person: read in pages, changed all or nothing.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../../api/client";
import { api } from "../../../session/api";
import { usePages } from "../../../shell/place/pages";

export type Scope = "bot" | "channel" | "session" | "user";
export type Variable = Schemas["VariableOut"];
export type Kind = Variable["kind"];
export type Change = Schemas["VariableChange"];

export interface Owner {
  scope: Scope;
  id: string;
  /** The bot whose variables are looked at; a person's are read by way of it. */
  botId: string;
}

interface Where {
  path?: string;
  cursor?: string;
  limit?: number;
}

type Page = Schemas["VariablePage"];

function readPage({ scope, id, botId }: Owner, query: Where): Promise<Page> {
  if (scope === "bot")
    return dataOf(api.GET("/api/v1/bots/{bot_id}/variables", { params: { path: { bot_id: id }, query } }));
  if (scope === "channel")
    return dataOf(api.GET("/api/v1/channels/{channel_id}/variables", { params: { path: { channel_id: id }, query } }));
  if (scope === "session")
    return dataOf(api.GET("/api/v1/sessions/{session_id}/variables", { params: { path: { session_id: id }, query } }));
  const path = { bot_id: botId, user_id: id };
  return dataOf(api.GET("/api/v1/bots/{bot_id}/users/{user_id}/variables", { params: { path, query } }));
}

function change({ scope, id, botId }: Owner, changes: Change[]): Promise<Schemas["VariablesChanged"]> {
  const body = { changes };
  if (scope === "bot")
    return dataOf(api.PATCH("/api/v1/bots/{bot_id}/variables", { params: { path: { bot_id: id } }, body }));
  if (scope === "channel")
    return dataOf(api.PATCH("/api/v1/channels/{channel_id}/variables", { params: { path: { channel_id: id } }, body }));
  if (scope === "session")
    return dataOf(api.PATCH("/api/v1/sessions/{session_id}/variables", { params: { path: { session_id: id } }, body }));
  const path = { bot_id: botId, user_id: id };
  return dataOf(api.PATCH("/api/v1/bots/{bot_id}/users/{user_id}/variables", { params: { path }, body }));
}

const keyOf = ({ scope, id }: Owner) => ["variables", scope, id];

export function useVariables(owner: Owner) {
  return usePages<Variable>(keyOf(owner), (cursor) => readPage(owner, { limit: 200, ...(cursor && { cursor }) }));
}

/** A value that was too large to be shown in the list, whole. */
export async function wholeValue(owner: Owner, variable: Variable): Promise<unknown> {
  if (!variable.is_cut) return variable.value;
  const isList = variable.kind === "list";
  const whole: Record<string, unknown> = {};
  for (let cursor: string | null | undefined = ""; cursor !== null; ) {
    const page: Page = await readPage(owner, { path: variable.path, limit: 200, ...(cursor && { cursor }) });
    for (const item of page.items) whole[item.path.slice(variable.path.length + 1)] = await wholeValue(owner, item);
    cursor = page.next_cursor;
  }
  return isList ? Object.values(whole) : whole;
}

/** Everything an owner has, as [name, value]. */
export async function allVariables(owner: Owner): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for (let cursor: string | null | undefined = ""; cursor !== null; ) {
    const page: Page = await readPage(owner, { limit: 200, ...(cursor && { cursor }) });
    for (const item of page.items) found.push([item.path, await wholeValue(owner, item)]);
    cursor = page.next_cursor;
  }
  return found;
}

/** What writes changes of variables and says how that goes. */
export interface Writing {
  mutate(changes: Change[], then?: { onSuccess?: () => void }): void;
  isPending: boolean;
  error: unknown;
}

export function useChange(owner: Owner) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Change[]) => change(owner, changes),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["variables"] });
      await queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
}

/** Who sets and reads a variable in the draft; `path` such as "bot.price". */
export function useUsage(botId: string, path: string | null) {
  return useQuery({
    queryKey: ["usage", botId, path],
    queryFn: async () => {
      const params = { path: { bot_id: botId }, query: { path: path ?? "", limit: 50 } };
      return (await dataOf(api.GET("/api/v1/bots/{bot_id}/variables/usage", { params }))).items;
    },
    enabled: path !== null,
  });
}

export function useChannels(botId: string) {
  return useQuery({
    queryKey: ["channels of", botId],
    queryFn: async () => {
      const { items } = await dataOf(api.GET("/api/v1/channels", { params: { query: { limit: 200 } } }));
      return items.filter((channel) => channel.default_bot_id === botId);
    },
  });
}

export function useSessions(botId: string, isWanted: boolean) {
  return useQuery({
    queryKey: ["sessions of", botId],
    queryFn: async () => {
      const params = { path: { bot_id: botId }, query: { limit: 100 } };
      return (await dataOf(api.GET("/api/v1/bots/{bot_id}/sessions", { params }))).items;
    },
    enabled: isWanted,
  });
}
