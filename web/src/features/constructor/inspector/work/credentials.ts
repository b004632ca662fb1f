// The credentials of the open bot and who gives them out, as the server has them. Secrets never come this way.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, dataOf, type Schemas } from "../../../../api/client";
import { api } from "../../../../session/api";
import { useEditor } from "../../editor/context";
import type { Id } from "../../graph/model";

export type Credential = Schemas["CredentialOut"];
export type Provider = Schemas["ProviderOut"];
type Wish = Schemas["CredentialIn"];

export const ANY_HTTP = "http";
const keyOf = (botId: Id) => ["credentials of the bot", botId];

export function useCredentials() {
  const { botId } = useEditor();
  return useQuery({
    queryKey: keyOf(botId),
    queryFn: async () => {
      const call = api.GET("/api/v1/credentials", { params: { query: { bot_id: botId, limit: 200 } } });
      return (await dataOf(call)).items;
    },
  });
}

export function useProviders() {
  return useQuery({
    queryKey: ["credential providers"],
    queryFn: () => dataOf(api.GET("/api/v1/credentials/providers")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Ways to make a credential and to give one its secret. Raise ApiError; TypeError without a connection. */
export function useCredentialWrites() {
  const { botId } = useEditor();
  const client = useQueryClient();
  const fresh = () => client.invalidateQueries({ queryKey: keyOf(botId) });
  return {
    make: async (wish: Omit<Wish, "bot_id">): Promise<Credential> => {
      const made = await dataOf(api.POST("/api/v1/credentials", { body: { ...wish, bot_id: botId } as Wish }));
      await fresh();
      return made;
    },
    giveSecret: async (id: Id, secret: Wish["secret"]): Promise<void> => {
      const params = { path: { credential_id: id } };
      await dataOf(api.PATCH("/api/v1/credentials/{credential_id}", { params, body: { secret } as never }));
      await fresh();
    },
    test: (id: Id) =>
      dataOf(api.POST("/api/v1/credentials/{credential_id}/test", { params: { path: { credential_id: id } } })),
  };
}

/** What a failure says to the person, and where in the form it belongs. */
export function faultOf(error: unknown, offline: string) {
  return error instanceof ApiError
    ? { words: error.message, faults: error.faults }
    : { words: offline, faults: [] as const };
}

/** The host of an address as credentials are bound to it: "crm.example.com", "http://127.0.0.1:8080"; null where it
 * is not known before the bot runs. */
export function hostOf(address: string): string | null {
  const found = /^(https?):\/\/([^/?#{}\s]+)/i.exec(address.trim());
  if (!found?.[2] || found[2].includes("@")) return null;
  const host = found[2].toLowerCase();
  return found[1]?.toLowerCase() === "http" ? `http://${host.replace(/:80$/, "")}` : host.replace(/:443$/, "");
}

/** Whether a credential goes along to a host. */
export function goesTo(credential: Credential, providers: readonly Provider[], host: string): boolean {
  const own = credential.hosts.length
    ? credential.hosts
    : (providers.find((each) => each.id === credential.provider)?.hosts ?? []);
  return own.some((each) => each === host || (each.startsWith("*.") && host.endsWith(each.slice(1))));
}
