// Files of the bot, for messages and requests: what is named by an id, and how one gets there.
import { useQueries } from "@tanstack/react-query";
import { ApiError, dataOf, problemWords, type Schemas } from "../../../../api/client";
import { api, fetchAsMe } from "../../../../session/api";
import type { Id, Json } from "../../graph/model";

export type BotFile = Schemas["AttachmentOut"];

/** The id that an entry of `attachments` names: a bare one, or one with the form's field; null for a variable. */
export function fileIdOf(entry: Json): Id | null {
  const id = typeof entry === "object" && entry !== null ? (entry as { id?: Json }).id : entry;
  return typeof id === "string" && /^[\da-f-]{36}$/i.test(id) ? id : null;
}

/** Uploads a file that belongs to the bot. Raises ApiError; TypeError without a connection. */
export async function uploadForBot(botId: Id, file: File): Promise<BotFile> {
  const query = new URLSearchParams({ name: file.name || "file", bot_id: botId });
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  const answer = await fetchAsMe(new Request(`/api/v1/attachments?${query}`, { method: "PUT", body: file, headers }));
  const told: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, problemWords(told));
  return told as BotFile;
}

/** What is known of files by their ids; null for one that is gone or not shown to this person. */
export function useFiles(ids: readonly (Id | null)[]): (BotFile | null | undefined)[] {
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["file", id],
      queryFn: () =>
        dataOf(api.GET("/api/v1/attachments/{attachment_id}", { params: { path: { attachment_id: id ?? "" } } })),
      enabled: id !== null,
      staleTime: 120_000,
      retry: false,
    })),
  });
  return found.map((each) => (each.isError ? null : each.data));
}
