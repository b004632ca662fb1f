// The catalogue of integrations, as the server tells it.
import { useQuery } from "@tanstack/react-query";
import { dataOf, type Schemas } from "../../../../api/client";
import { useWords } from "../../../../i18n/useWords";
import { api } from "../../../../session/api";

export type Action = Schemas["ActionOut"];

/** "telegram" of "telegram.send_message". */
export const vendorOf = (id: string) => id.split(".", 1)[0] ?? "";

export function useIntegrations() {
  return useQuery({
    queryKey: ["integrations"],
    queryFn: () => dataOf(api.GET("/api/v1/integrations", { params: { query: { limit: 200 } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A vendor with the forms of its actions, in the language of the page. */
export function useIntegration(vendor: string) {
  const { language } = useWords();
  return useQuery({
    queryKey: ["integration", vendor, language],
    queryFn: () =>
      dataOf(api.GET("/api/v1/integrations/{integration_id}", { params: { path: { integration_id: vendor } } })),
    enabled: vendor !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
