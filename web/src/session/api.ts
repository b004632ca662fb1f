// Calls in the name of who is logged in: the token goes along, a refused one is renewed once, and the server speaks the
// language of the page. Use with `dataOf` and `done` of api/client.ts.
import createClient from "openapi-fetch";
import type { paths } from "../api/schema";
import { currentWords } from "../i18n/words";
import { accessToken } from "./session";

async function withToken(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  request.headers.set("Accept-Language", currentWords().language);
  return fetch(request);
}

export async function fetchAsMe(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await accessToken();
  const answer = await withToken(request, token);
  if (answer.status !== 401 || token === null) return answer;
  const next = await accessToken(token);
  return next === null ? answer : withToken(again, next);
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchAsMe });
