// The channels of a bot, the ways to people that there are, and what can be done with one channel.
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { usePages } from "../../shell/place/pages";

export type BotChannel = Schemas["BotChannelOut"];
export type Binding = NonNullable<BotChannel["binding"]>;
export type Transport = Schemas["TransportForm"];
export type EmbedConfig = Schemas["EmbedConfig"];

/** How a channel does changes by itself. */
export const LOOK_AGAIN_MS = 5_000;
export const channelsKey = (botId: string) => ["channels", botId] as const;

export function useBotChannels(botId: string) {
  return usePages(channelsKey(botId), (cursor) => {
    const params = { path: { bot_id: botId }, query: { limit: 50, ...(cursor && { cursor }) } };
    return dataOf(api.GET("/api/v1/bots/{bot_id}/channels", { params }));
  });
}

const channelKey = (botId: string, channelId: string) => [...channelsKey(botId), channelId] as const;
const deletionKey = (channelId: string) => ["channel deletion", channelId] as const;

/** One of them, read again every few seconds, until it goes: how it does changes by itself. */
export function useBotChannel(botId: string, channelId: string) {
  const path = { bot_id: botId, channel_id: channelId };
  const isGoing = useIsMutating({ mutationKey: deletionKey(channelId) }) > 0;
  return useQuery({
    queryKey: channelKey(botId, channelId),
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/v1/bots/{bot_id}/channels/{channel_id}", { params: { path }, signal })),
    refetchInterval: (query) => (isGoing || query.state.error ? false : LOOK_AGAIN_MS),
  });
}

/** Deletes a channel; its page asks no more how it does. */
export function useDeletion(botId: string, channelId: string, onSuccess: () => void) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: deletionKey(channelId),
    mutationFn: () =>
      done(api.DELETE("/api/v1/channels/{channel_id}", { params: { path: { channel_id: channelId } } })),
    onMutate: () => queries.cancelQueries({ queryKey: channelKey(botId, channelId) }),
    onSuccess,
    onError: (error) => tellError(t, error),
  });
}

export function useTransports() {
  const { language } = useWords();
  return useQuery({
    queryKey: ["transports", language],
    queryFn: async () => (await dataOf(api.GET("/api/v1/transports"))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** People outside who have written, the newest ones. */
export function useSenders(channelId: string, isWanted: boolean) {
  const params = { path: { channel_id: channelId }, query: { limit: 50 } };
  return useQuery({
    queryKey: ["senders", channelId],
    queryFn: async () => (await dataOf(api.GET("/api/v1/channels/{channel_id}/senders", { params }))).items,
    enabled: isWanted,
  });
}

/** Reads everything about the bot's channels anew. */
export function useAgain(botId: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: channelsKey(botId) });
}

/** Changes a channel; what went wrong is told unless `isQuiet`. */
export function useChange(channel: BotChannel, botId: string, isQuiet = false) {
  const { t } = useWords();
  const again = useAgain(botId);
  return useMutation({
    mutationFn: (body: Schemas["ChannelPatch"]) =>
      dataOf(api.PATCH("/api/v1/channels/{channel_id}", { params: { path: { channel_id: channel.id } }, body })),
    onSuccess: again,
    onError: (error) => !isQuiet && tellError(t, error),
  });
}

export const chatAddress = (channelId: string) => `${location.origin}/chat/${channelId}`;
