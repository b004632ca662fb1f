// Values for a trial: which variables something names, what is known of them, and the same thing with them filled in. Pure.
import type { Fields, Json } from "../../graph/model";

const PLACEHOLDER = /\{\$\s*([^|$}]+?)\s*(?:\|[^$}]*)?\$\}/g;
const WHOLE = /^\{\$\s*([^|$}]+?)\s*(?:\|[^$}]*)?\$\}$/;

/** Paths that texts anywhere within name, in the order they are met. */
export function namedIn(value: Json, into = new Set<string>()): string[] {
  if (typeof value === "string") for (const [, path] of value.matchAll(PLACEHOLDER)) into.add(path as string);
  else if (Array.isArray(value)) for (const each of value) namedIn(each, into);
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) namedIn(each, into);
  return [...into];
}

const IN_CODE =
  /\bvariables(?:\[\s*|\.get\(\s*)["'](\w+)["'](?:\s*\]|[^)\n]*\))(?:\[\s*|\.get\(\s*)["']([^"'.\n]+)["']/g;

/** Paths that Python reads: `variables["session"]["age"]`, `variables.get("user", {}).get("name")`. */
export function namedInCode(code: string): string[] {
  return [...new Set([...code.matchAll(IN_CODE)].map(([, scope, name]) => `${scope}.${name}`))];
}

/** What a person typed as a sample: a number, a list, true … where it reads as one, else the text itself. */
export function sampleOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function textOfSample(value: Json): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value with samples in place of what it names. */
export function filledIn(value: Json, samples: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((each) => filledIn(each, samples));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filledIn(each, samples)]));
  if (typeof value !== "string") return value;
  const whole = WHOLE.exec(value)?.[1];
  if (whole) return sampleOf(samples.get(whole) ?? "");
  return value.replace(PLACEHOLDER, (_, path: string) => samples.get(path) ?? "");
}

const SCOPES = new Set(["user", "session", "bot", "channel", "message", "event", "template"]);

/** Samples by scope, as a trial of a request takes them: {"session.deal.id": "7"} → {session: {deal: {id: 7}}}. */
export function byScope(samples: ReadonlyMap<string, string>): Record<string, Fields> {
  const scopes: Record<string, Fields> = {};
  for (const [path, text] of samples) {
    const [scope = "", ...keys] = path.split(".");
    const last = keys.pop();
    if (!SCOPES.has(scope) || last === undefined || text === "") continue;
    scopes[scope] ??= {};
    let place = scopes[scope];
    for (const key of keys) {
      place[key] ??= {};
      place = place[key] as Fields;
    }
    if (typeof place === "object") place[last] = sampleOf(text);
  }
  return scopes;
}

/** The value at a path of `{session: …, bot: …}`; undefined where there is none. */
export function valueAt(scopes: Json, path: string): Json {
  let value = scopes;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Fields)[key];
  }
  return value;
}
