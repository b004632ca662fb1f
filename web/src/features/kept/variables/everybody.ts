// What is remembered of everybody who talks to the bot.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../../api/client";
import { api } from "../../../session/api";
import { usePages } from "../../../shell/place/pages";
import type { WantedPerson } from "./csv";

export type Person = Schemas["PersonVariables"];

export function usePeople(botId: string) {
  return usePages<Person>(["people", botId], (cursor) => {
    const params = { path: { bot_id: botId }, query: { limit: 50, ...(cursor && { cursor }) } };
    return dataOf(api.GET("/api/v1/bots/{bot_id}/users/variables", { params }));
  });
}

export async function peopleAsCsv(botId: string): Promise<Blob> {
  const params = { path: { bot_id: botId } };
  const call = api.GET("/api/v1/bots/{bot_id}/users/variables.csv", { params, parseAs: "blob" });
  return (await dataOf(call)) as unknown as Blob;
}

function changePeople(botId: string, people: readonly WantedPerson[], dry_run: boolean) {
  const users = people.map(({ userId, wanted }) => ({
    user_id: userId,
    changes: wanted.map(({ path, value }) => ({ op: "set" as const, path, value })),
  }));
  const params = { path: { bot_id: botId }, query: { dry_run } };
  return dataOf(api.PATCH("/api/v1/bots/{bot_id}/users/variables", { params, body: { users } }));
}

/** Tries what a file would do, then does it. */
export function usePeopleImport(botId: string) {
  const queries = useQueryClient();
  const check = useMutation({ mutationFn: (people: readonly WantedPerson[]) => changePeople(botId, people, true) });
  const apply = useMutation({
    mutationFn: (people: readonly WantedPerson[]) => changePeople(botId, people, false),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["people"] });
      await queries.invalidateQueries({ queryKey: ["variables"] });
    },
  });
  return { check, apply };
}
