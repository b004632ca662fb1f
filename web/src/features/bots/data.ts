// The bots of who is logged in, as the server lists them.
import { useQuery } from "@tanstack/react-query";
import { dataOf } from "../../api/client";
import { api } from "../../session/api";

export function useBot(botId: string) {
  const params = { path: { bot_id: botId } };
  return useQuery({ queryKey: ["bots", botId], queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}", { params })) });
}

export function useBots() {
  return useQuery({ queryKey: ["bots"], queryFn: () => dataOf(api.GET("/api/v1/bots")) });
}
