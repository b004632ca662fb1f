// What the server counted, asked anew now and then while somebody looks.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../api/client";
import { api } from "../../session/api";
import type { Span } from "./period";

export type Analytics = Schemas["AnalyticsOut"];
export type Figures = Schemas["Figures"];
export type Funnel = Schemas["FunnelOut"];

const EVERY_MS = 10_000;
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const query = ({ from, to }: Span) => ({ from: from.toISOString(), to: to.toISOString() });

export function useAnalytics(botId: string, span: Span, channelId: string | null) {
  const channel = channelId ? { channel_id: channelId } : {};
  const params = { path: { bot_id: botId }, query: { ...query(span), ...channel, timezone: timeZone } };
  return useQuery({
    queryKey: ["analytics", botId, params.query],
    queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}/analytics", { params })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
}

export function useFunnel(botId: string, span: Span) {
  const params = { path: { bot_id: botId }, query: query(span) };
  return useQuery({
    queryKey: ["analytics", botId, "funnel", params.query],
    queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}/analytics/funnel", { params })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
}

/** Channels the bot answers in, the newest ones. */
export function useChannels(botId: string) {
  const params = { path: { bot_id: botId }, query: { limit: 100 } };
  return useQuery({
    queryKey: ["analytics", botId, "channels"],
    queryFn: async () => (await dataOf(api.GET("/api/v1/bots/{bot_id}/channels", { params }))).items,
  });
}
