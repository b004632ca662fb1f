// Two people's values of one field, put together leaf by leaf; and where in a value something stands. Pure.
import type { Fields, Json } from "./model";

/** The way to a value inside of a part: ["message", "text"]. */
export type Path = readonly string[];

export function isObject(value: Json): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function equal(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every((name) => equal(one[name], other[name]));
  }
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((each, index) => equal(each, other[index]));
}

export interface Disagreement {
  path: Path;
  mine: Json;
  theirs: Json;
}

/** What mine and theirs make of `base`. Where both changed the same leaf, `winner` stands and `onBoth` is told. */
export function merged(
  base: Json,
  mine: Json,
  theirs: Json,
  winner: "mine" | "theirs",
  path: Path,
  onBoth: (found: Disagreement) => void,
): Json {
  if (equal(mine, theirs) || equal(base, mine)) return theirs;
  if (equal(base, theirs)) return mine;
  if (!isObject(mine) || !isObject(theirs)) {
    onBoth({ path, mine, theirs });
    return winner === "mine" ? mine : theirs;
  }
  const before = isObject(base) ? base : {};
  const result: Fields = {};
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = merged(before[name], mine[name], theirs[name], winner, [...path, name], onBoth);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** The leaves in which two values differ. */
export function differing(before: Json, now: Json, path: Path = []): Path[] {
  if (equal(before, now)) return [];
  if (!isObject(before) || !isObject(now)) return [path];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap((name) => differing(before[name], now[name], [...path, name]));
}

export function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/** `value` with another leaf; what is missing on the way there is made. */
export function withValueAt(value: Json, [name, ...rest]: Path, leaf: Json): Json {
  if (name === undefined) return leaf;
  const object = isObject(value) ? value : {};
  return { ...object, [name]: withValueAt(object[name], rest, leaf) };
}
