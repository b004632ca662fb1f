// The variables that a bot speaks of, for completion. Pure.
import type { Draft, Json } from "./model";

/** What the engine offers by itself. */
const ALWAYS = [
  "message.text",
  "user.name",
  "user.username",
  "user.id",
  "bot.name",
  "bot.id",
  "channel.id",
  "session.id",
  "response.ok",
  "response.status",
  "response.result",
  "response.error",
  "result",
];
const SCOPES = ["bot", "user", "session", "channel", "message", "event", "response", "result", "template"];
const PLACEHOLDER = /\{\$\s*([^|$}]+?)\s*(?:\|[^$}]*)?\$\}/g;

function gather(value: Json, into: Set<string>): void {
  if (typeof value === "string") for (const [, path] of value.matchAll(PLACEHOLDER)) into.add(path as string);
  else if (Array.isArray(value)) for (const each of value) gather(each, into);
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) gather(each, into);
}

function gatherFields(rules: Json, into: Set<string>): void {
  if (typeof rules !== "object" || rules === null) return;
  const { field, rules: inner } = rules as { field?: Json; rules?: Json };
  if (typeof field === "string") into.add(field);
  if (Array.isArray(inner)) for (const each of inner) gatherFields(each, into);
}

/** What a preset keeps for itself: "session._question". */
export const isInternal = (path: string) => /^[a-z]+\._/.test(path);

/** A name alone is kept for this conversation: "phone" → "session.phone". What is a path stays as it is. */
export function withScope(text: string): string {
  const name = text.trim();
  const isName = /^[\p{L}_][\p{L}\p{N}_ -]*$/u.test(name) && !SCOPES.includes(name);
  return isName ? `session.${name.replace(/[ -]+/g, "_")}` : text;
}

/** Paths in the order of the alphabet: first what this bot saves, then what it reads and what is always there. */
export function variablesOf(draft: Draft): string[] {
  const saved = new Set<string>();
  const found = new Set(ALWAYS);
  for (const key of Object.keys(draft.bot.variables)) found.add(`bot.${key}`);
  for (const step of draft.step.values()) gather(step.message, found);
  for (const group of draft.connection_group.values()) {
    for (const { target, source } of group.variables) {
      (isInternal(target) ? found : saved).add(target);
      gather(source, found);
    }
    gather(group.integration_config, found);
  }
  for (const connection of draft.connection.values()) gatherFields(connection.rules, found);
  for (const request of draft.request.values()) gather(request, found);
  const isKnown = (path: string) => SCOPES.includes(path.split(".")[0] ?? "");
  const rest = [...found].filter((path) => isKnown(path) && !saved.has(path));
  return [
    ...[...saved].filter(isKnown).sort(),
    ...rest.filter((path) => !isInternal(path)).sort(),
    ...rest.filter(isInternal).sort(),
  ];
}

/** The beginning of a path that is being written before the caret, null where none is: `Hello {$us` → "us". */
export function pathBefore(text: string, caret: number): { from: number; typed: string } | null {
  const match = /\{\$\s*([\p{L}\p{N}_.]*)$/u.exec(text.slice(0, caret));
  return match ? { from: caret - (match[1]?.length ?? 0), typed: match[1] ?? "" } : null;
}

/** Paths that continue what is typed, those that begin so first. */
export function completions(paths: readonly string[], typed: string, most = 8): string[] {
  const small = typed.toLowerCase();
  const begin = paths.filter((path) => path.toLowerCase().startsWith(small));
  const inside = paths.filter((path) => !begin.includes(path) && path.toLowerCase().includes(small));
  return [...begin, ...inside].filter((path) => path !== typed).slice(0, most);
}
