// Rules as sentences, the same words as the server's differences and traces use. Pure.
import type { Json } from "./model";

export type Language = "en" | "ru";
export type Arity = "none" | "one" | "two" | "list" | "pattern";

interface OperatorWords {
  arity: Arity;
  en: string;
  ru: string;
  aliases?: readonly string[];
}

/** The operators of the engine by their canonical names, in the order a list shows them. */
export const OPERATORS = {
  equal: { arity: "one", en: "is", ru: "равно", aliases: ["equals"] },
  not_equal: { arity: "one", en: "is not", ru: "не равно", aliases: ["not_equals"] },
  contains: { arity: "one", en: "contains", ru: "содержит" },
  not_contains: { arity: "one", en: "does not contain", ru: "не содержит" },
  greater: { arity: "one", en: "is greater than", ru: "больше", aliases: ["greater_than"] },
  greater_or_equal: { arity: "one", en: "is at least", ru: "не меньше", aliases: ["greater_than_or_equal"] },
  less: { arity: "one", en: "is less than", ru: "меньше", aliases: ["less_than"] },
  less_or_equal: { arity: "one", en: "is at most", ru: "не больше", aliases: ["less_than_or_equal"] },
  between: { arity: "two", en: "is between", ru: "между" },
  not_between: { arity: "two", en: "is not between", ru: "не между" },
  in: { arity: "list", en: "is one of", ru: "одно из" },
  not_in: { arity: "list", en: "is none of", ru: "ни одно из" },
  begins_with: { arity: "one", en: "begins with", ru: "начинается с" },
  not_begins_with: { arity: "one", en: "does not begin with", ru: "не начинается с" },
  ends_with: { arity: "one", en: "ends with", ru: "кончается на" },
  not_ends_with: { arity: "one", en: "does not end with", ru: "не кончается на" },
  is_empty: { arity: "none", en: "is empty", ru: "пусто" },
  is_not_empty: { arity: "none", en: "is not empty", ru: "не пусто" },
  is_null: { arity: "none", en: "is missing", ru: "отсутствует" },
  is_not_null: { arity: "none", en: "is there", ru: "есть" },
  matches: { arity: "pattern", en: "matches", ru: "подходит под" },
  not_matches: { arity: "pattern", en: "does not match", ru: "не подходит под" },
} as const satisfies Record<string, OperatorWords>;

export type OperatorName = keyof typeof OPERATORS;

const BY_SPELLING = new Map<string, OperatorName>();
for (const [name, words] of Object.entries(OPERATORS) as [OperatorName, OperatorWords][])
  for (const spelling of [name, ...(words.aliases ?? [])]) BY_SPELLING.set(spelling, name);

/** The canonical name of an operator in either spelling. */
export function operatorNamed(spelling: Json): OperatorName | undefined {
  return BY_SPELLING.get(String(spelling));
}

export interface Rule {
  field: string;
  operator: string;
  value?: Json;
  type?: string;
  ignore_case?: boolean;
}

export interface RuleGroup {
  condition: "AND" | "OR";
  not?: boolean;
  rules: (Rule | RuleGroup)[];
}

const WORDS = {
  en: { otherwise: "otherwise", and: " and ", or: " or ", not: (it: string) => `not (${it})`, answer: "answer" },
  ru: { otherwise: "иначе", and: " и ", or: " или ", not: (it: string) => `не (${it})`, answer: "ответ" },
};
const MAX_DEPTH = 5;
const MAX_CHARS = 300;

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A rule group that holds always: the connection is taken when nothing before it was. */
export function isOtherwise(rules: Json): boolean {
  return !isObject(rules) || Object.keys(rules).length === 0;
}

/** As a sentence or a button begins. */
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Of the only way that leads on from a step: "otherwise" would ask "than what?". */
const ONLY_WAY = {
  en: { answer: "any answer", atOnce: "then" },
  ru: { answer: "любой ответ", atOnce: "дальше" },
};

export function onlyWayInWords(waits: boolean, language: Language): string {
  return ONLY_WAY[language][waits ? "answer" : "atOnce"];
}

/** "answer is greater than 17"; "otherwise" where there are no rules. */
export function ruleInWords(rules: Json, language: Language): string {
  const said = sayAny(rules, language, 0);
  return said ? shortened(said, MAX_CHARS) : WORDS[language].otherwise;
}

/** A path as people call it: what somebody wrote is their answer. */
export function fieldInWords(field: Json, language: Language): string {
  const path = String(field ?? "");
  return path === "message.text" ? WORDS[language].answer : path;
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function sayAny(rules: Json, language: Language, depth: number): string {
  if (!isObject(rules) || !Object.keys(rules).length) return "";
  if (depth > MAX_DEPTH) return "…";
  if (!Array.isArray(rules.rules)) return sayOne(rules, language);
  const parts = rules.rules.slice(0, 20).map((each) => sayAny(each, language, depth + 1));
  const either = String(rules.condition ?? "AND").toUpperCase() === "OR";
  const joined = parts.filter(Boolean).join(WORDS[language][either ? "or" : "and"]);
  if (rules.not) return WORDS[language].not(joined);
  return depth && parts.length > 1 ? `(${joined})` : joined;
}

function sayOne(rule: Record<string, Json>, language: Language): string {
  const name = operatorNamed(rule.operator);
  const words = name ? OPERATORS[name][language] : shortened(String(rule.operator ?? ""), 40);
  const said = `${shortened(fieldInWords(rule.field, language), 80)} ${words}`;
  return name && OPERATORS[name].arity === "none" ? said : `${said} ${valueInWords(rule.value)}`;
}

function valueInWords(value: Json): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return /^-?\d+([.,]\d+)?$/.test(value) ? value : `“${shortened(value, 80)}”`;
  if (Array.isArray(value)) return shortened(value.map(valueInWords).join(", "), 120);
  return shortened(JSON.stringify(value) ?? "…", 120);
}

/** Rules as a group that an editor can show, whatever spelling they came in. */
export function asGroup(rules: Json): RuleGroup {
  if (!isObject(rules) || !Object.keys(rules).length) return { condition: "AND", rules: [] };
  if (!Array.isArray(rules.rules)) return { condition: "AND", rules: [rules as unknown as Rule] };
  return rules as unknown as RuleGroup;
}

export function isRuleGroup(rule: Rule | RuleGroup): rule is RuleGroup {
  return Array.isArray((rule as RuleGroup).rules);
}

/** What to store: no rules at all is the ELSE. */
export function asRules(group: RuleGroup): Record<string, Json> {
  return group.rules.length ? (group as unknown as Record<string, Json>) : {};
}
