import { useQuery } from "@tanstack/react-query";
import { client, dataOf } from "../../api/client";

/** How one can log in at this installation. */
export function useMethods() {
  const queryFn = () => dataOf(client.GET("/api/v1/login/methods"));
  return useQuery({ queryKey: ["login methods"], queryFn, staleTime: 300_000 });
}
