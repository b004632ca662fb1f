// A value in its type, and what a person types for it. Pure.
import type { Kind } from "./owners";

export const KINDS: readonly Kind[] = ["text", "number", "yes_no", "list", "object", "null"];

/** What an empty value of a type is. */
const FIRST: Record<Kind, unknown> = { text: "", number: 0, yes_no: false, list: [], object: {}, null: null };

export function textOf(kind: Kind, value: unknown): string {
  return kind === "text"
    ? String(value ?? "")
    : JSON.stringify(value, null, kind === "list" || kind === "object" ? 2 : 0);
}

/** The value that a text stands for in a type; null where it does not. */
export function read(kind: Kind, text: string): { value: unknown } | null {
  if (kind === "text") return { value: text };
  try {
    const value: unknown = JSON.parse(kind === "number" ? text.trim().replace(",", ".") : text);
    return kindOf(value) === kind ? { value } : null;
  } catch {
    return null; // Said at the field.
  }
}

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "yes_no";
  if (typeof value === "number") return "number";
  return typeof value === "string" ? "text" : "object";
}

/** A value of one type made one of another, as far as it can be understood so. */
export function converted(value: unknown, to: Kind): unknown {
  if (kindOf(value) === to) return value;
  if (to === "text") return typeof value === "string" ? value : JSON.stringify(value);
  if (to === "list") return [value];
  const found = read(to, typeof value === "string" ? value : JSON.stringify(value));
  return found ? found.value : FIRST[to];
}

/** One line of it, for a list. */
export function shortOf(value: unknown, most = 120): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
