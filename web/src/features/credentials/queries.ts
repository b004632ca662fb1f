// Credentials of bots and who gives them out, as the server tells them. No secret ever comes this way.
import { useQuery } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../api/client";
import type { Key, Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { usePages } from "../../shell/place/pages";

export type Credential = Schemas["CredentialOut"];
export type ListedCredential = Schemas["CredentialLine"];
export type Provider = Schemas["ProviderOut"];

const MOST = 200;
const NAMED: readonly string[] = ["http", "smtp", "discord_webhook", "google_service_account"];

export const credentialsKey = (botId: string) => ["credentials", botId] as const;

/** Those of one bot. */
export function useCredentials(botId: string) {
  return useQuery({
    queryKey: credentialsKey(botId),
    queryFn: async () => {
      const query = { bot_id: botId, limit: MOST };
      return (await dataOf(api.GET("/api/v1/credentials", { params: { query } }))).items;
    },
  });
}

/** Those of all bots, or of one. */
export function useAllCredentials(botId: string | null) {
  return usePages(["credentials", "all", botId], (cursor) => {
    const query = { limit: 50, ...(botId && { bot_id: botId }), ...(cursor && { cursor }) };
    return dataOf(api.GET("/api/v1/credentials", { params: { query } }));
  });
}

export function useProviders() {
  return useQuery({
    queryKey: ["credential providers"],
    queryFn: () => dataOf(api.GET("/api/v1/credentials/providers")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What a provider is called: most have a name of their own in every language. */
export function providerName(t: Translate, provider: { id: string; name: string }): string {
  return NAMED.includes(provider.id)
    ? (t as (key: string) => string)(`credentials.provider_${provider.id}`)
    : provider.name;
}

/** Where to get its secret; empty for a provider that nothing is known of. */
export function useWhereFrom(providerId: string): string {
  const { t } = useWords();
  const key = `credentials.where_${providerId}` as Key;
  const words = (t as (key: string) => string)(key);
  return words === key ? "" : words;
}
