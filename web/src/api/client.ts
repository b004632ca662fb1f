// The one door to the HTTP API. Types come from openapi.json (`npm run generate`); a refusal becomes an ApiError.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export const client = createClient<paths>({ baseUrl: location.origin });

/** A refusal of the server. `status` is its HTTP status, `message` its own words (RFC 9457 `detail` or `title`). */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** What a problem (RFC 9457) says to a person: its first detail, else its title. */
export function problemWords(problem: unknown): string {
  if (typeof problem !== "object" || problem === null) return "";
  const { errors, detail, title } = problem as Record<string, unknown>;
  const first: unknown = Array.isArray(errors) ? errors[0]?.message : undefined;
  return [first, detail, title].find((words) => typeof words === "string") ?? "";
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call. Raises ApiError when the server refuses; a lost connection raises fetch's own TypeError. */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw new ApiError(response.status, problemWords(error));
  return data;
}

export function bearer(token: string) {
  return { Authorization: `Bearer ${token}` };
}
