// What the form of a request needs to know of it. Pure.
import type { Json, RequestFields } from "../../graph/model";

const NAMED = /\{([^{}$]+)\}/g;

/** Names in braces in an address, "https://a/{id}/{$user.id$}" → ["id"]: url_params. */
export function urlNames(address: string): string[] {
  const bare = address.replace(/\{\$.*?\$\}/g, "");
  return [...new Set([...bare.matchAll(NAMED)].map(([, name]) => name as string))];
}

/** What can be stored as an address: none yet, one with its host, or one that begins with a variable. */
export function isAddress(text: string): boolean {
  return text === "" || text.startsWith("{$") || /^https?:\/\/[^/?#\s]+/i.test(text);
}

/** The address, and rows for what it names now; a row whose name went keeps its value only while it has one. */
export function withUrlParams(request: RequestFields, request_url: string): Partial<RequestFields> {
  const names = urlNames(request_url);
  const url_params: Record<string, Json> = {};
  for (const name of names) url_params[name] = request.url_params[name] ?? "";
  const isSame = JSON.stringify(Object.keys(url_params)) === JSON.stringify(Object.keys(request.url_params));
  return isSame ? { request_url } : { request_url, url_params };
}

export const BODY_KINDS = ["none", "json", "form", "multipart", "raw"] as const;
export type BodyKind = (typeof BODY_KINDS)[number];
const MULTIPART = "multipart/form-data";

const typeHeader = (headers: Record<string, Json>) =>
  Object.keys(headers).find((name) => name.toLowerCase() === "content-type");

function isMultipart({ headers, attachments }: RequestFields): boolean {
  const name = typeHeader(headers);
  return attachments.length > 0 || (name !== undefined && String(headers[name]).startsWith(MULTIPART));
}

export function bodyKindOf(request: RequestFields): BodyKind {
  if (isMultipart(request)) return "multipart";
  if (request.json_field !== null) return "json";
  if (request.data !== null) return "form";
  return request.content !== null ? "raw" : "none";
}

const isForm = (data: Json): data is Record<string, Json> =>
  typeof data === "object" && data !== null && !Array.isArray(data);

/** The request with a body of another kind; what the other kind has no place for goes. */
export function withBodyKind(request: RequestFields, kind: BodyKind): Partial<RequestFields> {
  const name = typeHeader(request.headers);
  const headers = { ...request.headers };
  if (name && String(headers[name]).startsWith(MULTIPART)) delete headers[name];
  if (kind === "multipart") headers["Content-Type"] = MULTIPART;
  const data = isForm(request.data) ? request.data : {};
  return {
    headers,
    json_field: kind === "json" ? (request.json_field ?? {}) : null,
    data: kind === "form" || kind === "multipart" ? data : null,
    content: kind === "raw" ? (request.content ?? "") : null,
    attachments: kind === "multipart" ? request.attachments : [],
    ...(kind !== "none" && request.method === "get" && { method: "post" as const }),
  };
}

/** A JSON body as it is kept: parsed where it reads as JSON, else as text, in which variables may stand for values. */
export function readBody(text: string): Json {
  if (!text.trim()) return "";
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" || value === null ? text : value;
  } catch {
    return text; // `{"age": {$session.age$}}`
  }
}

/** What can be stored as a JSON body; a variable may stand for a value. */
export function isBody(text: string): boolean {
  if (!text.trim()) return true;
  return [text, text.replace(/\{\$[^}]*\$\}/g, "null")].some((each) => {
    try {
      JSON.parse(each);
      return true;
    } catch {
      return false;
    }
  });
}

export const shownBody = (value: Json) =>
  typeof value === "string" ? value : (JSON.stringify(value ?? {}, null, 2) ?? "");
