// Published versions of a bot: the list, who sits on which, what changed between two, and the way back to one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { tellError } from "../../shell/errors";
import { useMe } from "../../shell/me";
import { usePages } from "../../shell/place/pages";
import type { PlaceBot } from "../../shell/places";

export type Revision = Schemas["RevisionOut"];
export type Difference = Schemas["DifferenceOut"];
/** A version's number, or "draft". */
export type State = number | "draft";

const PAGE = 50;

export function useRevisions(botId: string) {
  return usePages<Revision>(["versions", botId, "list"], async (cursor) => {
    const query = { limit: PAGE, ...(cursor && { cursor: Number(cursor) }) };
    const page = await dataOf(
      api.GET("/api/v1/bots/{bot_id}/revisions", { params: { path: { bot_id: botId }, query } }),
    );
    return { items: page.items, next_cursor: page.next_cursor ?? null };
  });
}

/** How many conversations had their last turn on each version. */
export function useSitting(botId: string) {
  return useQuery({
    queryKey: ["versions", botId, "sitting"],
    queryFn: async () => {
      const params = { path: { bot_id: botId } };
      const { by_revision } = await dataOf(api.GET("/api/v1/bots/{bot_id}/sessions/summary", { params }));
      return new Map(by_revision.map(({ revision, count }) => [revision, count]));
    },
  });
}

export function useDifferences(botId: string, since: State, to: State) {
  const { language } = useWords();
  return useQuery({
    queryKey: ["versions", botId, "diff", since, to, language],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/bots/{bot_id}/diff", { params: { path: { bot_id: botId }, query: { from: since, to } } }),
      ),
    enabled: since !== to,
  });
}

/** Who published it, as far as that can be known: oneself, or somebody who works on the bot. */
export function useAuthors(bot: PlaceBot) {
  const { t } = useWords();
  const { data: me } = useMe();
  const { data: people } = useQuery({
    queryKey: ["versions", bot.id, "people"],
    queryFn: () => dataOf(api.GET("/api/v1/bots/{bot_id}/access", { params: { path: { bot_id: bot.id } } })),
    staleTime: 60_000,
  });
  const names = new Map(people?.map((person) => [person.user_id, person.username]));
  return (id: string | null) => {
    if (id === null) return t("versions.by_gone");
    if (id === me?.id) return t("versions.by_you");
    return names.get(id) ?? t(id === bot.owner_id ? "versions.by_owner" : "versions.by_other");
  };
}

/** Runs a version again, or makes the draft equal to one; what shows either is read again. */
export function useRestoring(botId: string) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ number, as }: { number: number; as: "draft" | "published" }) =>
      as === "published" ? publishAgain(botId, number) : restoreDraft(botId, number),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["versions", botId] }),
        queries.invalidateQueries({ queryKey: ["bots"] }),
      ]),
    onError: (error) => tellError(t, error),
  });
}

async function publishAgain(botId: string, number: number): Promise<void> {
  const params = { path: { bot_id: botId, number } };
  await dataOf(api.POST("/api/v1/bots/{bot_id}/revisions/{number}/publish", { params }));
}

/** The draft as it is now is replaced: nobody's edit slips in between, the version read last goes along. */
async function restoreDraft(botId: string, number: number): Promise<void> {
  const path = { bot_id: botId };
  const { version } = await dataOf(api.GET("/api/v1/bots/{bot_id}", { params: { path } }));
  const { document } = await dataOf(
    api.GET("/api/v1/bots/{bot_id}/revisions/{number}", { params: { path: { ...path, number } } }),
  );
  await dataOf(
    api.PUT("/api/v1/bots/{bot_id}/document", {
      params: { path, header: { "if-match": `"${version}"` } },
      body: document as never,
    }),
  );
}
