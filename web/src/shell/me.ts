import { useQuery } from "@tanstack/react-query";
import { dataOf } from "../api/client";
import { api } from "../session/api";

/** The account that is logged in. */
export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => dataOf(api.GET("/api/v1/users/me")), staleTime: 60_000 });
}
