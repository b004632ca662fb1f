// Loads texts by language and area, and makes a sentence of a key. Pages use it through `useWords`.
import { speak } from "./told";
import { type Area, type AreaTexts, LANGUAGES, type Language, type PluralForms, type Translate } from "./types";

const STORAGE_KEY = "dbcv.language";
const loaders = import.meta.glob<{ default: AreaTexts }>("./{en,ru}/*.ts");
const loaded = new Map<string, AreaTexts>();
const usedAreas = new Set<Area>();
const listeners = new Set<() => void>();

/** The language a visitor chose before, else the first of the browser's languages that there is, else English. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  const wanted = [stored, ...browser].map((tag) => tag?.toLowerCase().split("-")[0]);
  return (
    LANGUAGES.find((language) => language === wanted.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en"
  );
}

export function fillPlaceholders(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

export function choosePlural(forms: PluralForms, count: number, language: Language): string {
  return forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
}

export function makeTranslate(language: Language, textsOf: (area: string) => AreaTexts | undefined): Translate {
  const numbers = new Intl.NumberFormat(language);
  return (key, ...[params]) => {
    const [area = "", name = ""] = key.split(".");
    const found = textsOf(area)?.[name];
    if (found === undefined) return key;
    const values = { ...(params as Record<string, string | number> | undefined) };
    const count = values.count;
    const text = typeof found === "string" ? found : choosePlural(found, Number(count), language);
    if (typeof count === "number") values.count = numbers.format(count);
    return fillPlaceholders(text, values);
  };
}

interface Words {
  readonly language: Language;
  readonly t: Translate;
}

/** The language that the address asks for, as a page with an embedded chat does. */
function asked(): string[] {
  const language = new URLSearchParams(globalThis.location?.search).get("lang");
  return language ? [language] : [];
}

let current: Words = wordsIn(preferredLanguage(readStored(), [...asked(), ...(navigator.languages ?? [])]));

function wordsIn(language: Language): Words {
  return { language, t: makeTranslate(language, (area) => loaded.get(`${language}/${area}`)) };
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // Storage is blocked: the browser's language is used.
  }
}

async function loadArea(language: Language, area: Area): Promise<void> {
  const loader = loaders[`./${language}/${area}.ts`];
  if (loader && !loaded.has(`${language}/${area}`)) loaded.set(`${language}/${area}`, (await loader()).default);
}

/** Loads the texts of an area in the current language; they follow later changes of the language. */
export async function loadWords(area: Area): Promise<void> {
  usedAreas.add(area);
  const speaking = speak(current.language);
  await loadArea(current.language, area);
  // A first visit to a chat does not wait for what it hardly ever needs.
  if (area !== "shell" && area !== "chat") await speaking;
  document.documentElement.lang = current.language;
}

export async function setLanguage(language: Language): Promise<void> {
  await Promise.all([speak(language), ...[...usedAreas].map((area) => loadArea(language, area))]);
  current = wordsIn(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Not kept: the page itself still changes.
  }
  for (const listener of listeners) listener();
}

export function currentWords(): Words {
  return current;
}

export function onWordsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
