// The door to the HTTP API. Types come from openapi.json (`npm run generate`); a refusal becomes an ApiError.
// `client` calls as nobody or with a token given by hand (the chat); `session/api.ts` calls as who is logged in.
import createClient from "openapi-fetch";
import { told } from "../i18n/told";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export const client = createClient<paths>({ baseUrl: location.origin });

/** One thing that is wrong in what was sent: where, what, and how to mend it. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** A refusal of the server. `status` is its HTTP status, `message` its own words (RFC 9457 `detail` or `title`) in the
 * language of the page. */
export class ApiError extends Error {
  readonly status: number;
  /** Everything that is wrong, in the order of the server; empty where it only says no. */
  readonly faults: readonly Fault[];
  /** What happened, for programs: "not_publishable". */
  readonly code: string;

  constructor(status: number, message: string, faults: readonly Fault[] = [], code = "") {
    super(told(message));
    this.name = "ApiError";
    this.status = status;
    this.faults = faults.map((fault) => ({ ...fault, message: told(fault.message), hint: told(fault.hint) }));
    this.code = code;
  }
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

/** The list `errors` of a problem (RFC 9457), whatever came. */
export function faultsOf(problem: unknown): Fault[] {
  const errors = typeof problem === "object" && problem !== null && "errors" in problem ? problem.errors : null;
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => ({
    path: textOf(error?.path),
    message: textOf(error?.message),
    hint: textOf(error?.hint),
  }));
}

/** What a problem (RFC 9457) says to a person: its first detail, else its title. */
export function problemWords(problem: unknown): string {
  if (typeof problem !== "object" || problem === null) return "";
  const { errors, detail, title } = problem as Record<string, unknown>;
  const first: unknown = Array.isArray(errors) ? errors[0]?.message : undefined;
  return [first, detail, title].find((words) => typeof words === "string") ?? "";
}

function codeOf(problem: unknown): string {
  return typeof problem === "object" && problem !== null && "code" in problem ? textOf(problem.code) : "";
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a call. Raises ApiError when the server refuses; a lost connection raises fetch's own TypeError. */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined)
    throw new ApiError(response.status, problemWords(error), faultsOf(error), codeOf(error));
  return data;
}

/** Waits for a call that answers nothing (204). Raises like `dataOf`. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw new ApiError(response.status, problemWords(error), faultsOf(error), codeOf(error));
}

export function bearer(token: string) {
  return { Authorization: `Bearer ${token}` };
}
