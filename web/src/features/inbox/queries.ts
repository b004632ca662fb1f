// What the inbox asks the server for. Lists come a page at a time.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { usePages } from "../../shell/place/pages";

export type InboxItem = Schemas["InboxItem"];
export type Session = Schemas["SessionOut"];
export type Turn = Schemas["TurnOut"];
export type DeadLetter = Schemas["DeadLetterOut"];
export type Standing = "all" | "waiting" | "person" | "failed";

export interface Filter {
  standing: Standing;
  channelId: string | null;
  isToday: boolean;
}

const PAGE = 50;
const COUNT_EVERY_MS = 60_000;

function startOfToday(): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

export function useInbox(botId: string, { standing, channelId, isToday }: Filter) {
  return usePages<InboxItem>(["inbox", botId, "list", standing, channelId, isToday], (cursor) => {
    const query = {
      limit: PAGE,
      ...(cursor && { cursor }),
      ...(channelId && { channel_id: channelId }),
      ...(isToday && { active_since: startOfToday() }),
      ...(standing === "failed" && { has_failed: true }),
      ...((standing === "waiting" || standing === "person") && { standing }),
    };
    return dataOf(api.GET("/api/v1/bots/{bot_id}/inbox", { params: { path: { bot_id: botId }, query } }));
  });
}

/** How much asks for a person; read again now and then while a page of the bot is open. */
export function useInboxCounts(botId: string) {
  return useQuery({
    queryKey: ["inbox", botId, "counts"],
    queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}/inbox/counts", { params: { path: { bot_id: botId } } })),
    refetchInterval: COUNT_EVERY_MS,
  });
}

/** Messages of the bot's conversations with these words. */
export function useFound(botId: string, words: string) {
  return usePages<Schemas["MessageOut"]>(["inbox", botId, "found", words], (cursor) => {
    const query = { bot_id: botId, query: words, limit: PAGE, ...(cursor && { cursor }) };
    return dataOf(api.GET("/api/v1/messages", { params: { query } }));
  });
}

export function useSession(sessionId: string) {
  return useQuery({
    queryKey: ["inbox", "session", sessionId],
    queryFn: () => dataOf(api.GET("/api/v1/sessions/{session_id}", { params: { path: { session_id: sessionId } } })),
  });
}

export function useDeadLetters(botId: string) {
  return usePages<DeadLetter>(["inbox", botId, "dead"], (cursor) => {
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    return dataOf(api.GET("/api/v1/bots/{bot_id}/dead_letters", { params: { path: { bot_id: botId }, query } }));
  });
}

export const resend = (letterId: string) =>
  dataOf(api.POST("/api/v1/dead_letters/{letter_id}/resend", { params: { path: { letter_id: letterId } } }));

export const dropLetter = (letterId: string) =>
  done(api.DELETE("/api/v1/dead_letters/{letter_id}", { params: { path: { letter_id: letterId } } }));

/** What a revision calls its steps and what its rules say. It never changes, so it is read once. */
export function useRevision(botId: string, number: number | null) {
  return useQuery({
    queryKey: ["revision", botId, number],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/bots/{bot_id}/revisions/{number}", {
          params: { path: { bot_id: botId, number: number ?? 0 } },
        }),
      ),
    enabled: number !== null && number > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Runs a change of a conversation, reads what shows it again, and says what went wrong. */
export function useSteering<Input, Output>(act: (input: Input) => Promise<Output>) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["inbox"] }),
    onError: (error) => tellError(t, error),
  });
}
