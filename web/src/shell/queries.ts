// What was read from the server, kept for a while and shared by the pages. A refusal is final; a lost connection is not.
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/client";
import { useSession } from "../session/session";

const FRESH_MS = 10_000;
const MOST_TRIES = 2;

const mayPass = (error: Error) => !(error instanceof ApiError) || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: (failures, error) => failures < MOST_TRIES && mayPass(error) },
    mutations: { networkMode: "always" },
  },
});

// Nothing of one account is shown to the next one.
useSession.subscribe(({ status, access }, before) => {
  const isOther = access?.userId !== before.access?.userId;
  if (status === "out" || (before.access !== null && isOther)) queryClient.clear();
});
