import { describe, expect, it } from "vitest";
import type { AreaTexts, PluralForms } from "./types";
import { choosePlural, fillPlaceholders, makeTranslate, preferredLanguage } from "./words";

const files = import.meta.glob<{ default: AreaTexts }>("./{en,ru}/*.ts", { eager: true });
const areas = Object.keys(files).flatMap((path) => path.match(/^\.\/en\/(\w+)\.ts$/)?.[1] ?? []);
const texts = (language: string, area: string) => files[`./${language}/${area}.ts`]?.default ?? {};
const spoken = (text: string | PluralForms) => (typeof text === "string" ? [text] : Object.values(text));
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("both languages are complete", () => {
  it("has texts to check", () => expect(areas).toContain("chat"));

  it.each(areas)("%s: the same keys", (area) => {
    expect(Object.keys(texts("ru", area)).sort()).toEqual(Object.keys(texts("en", area)).sort());
  });

  it.each(areas)("%s: nothing empty, the same names in braces", (area) => {
    for (const [key, english] of Object.entries(texts("en", area))) {
      const russian = texts("ru", area)[key] ?? "";
      expect(typeof russian, key).toBe(typeof english);
      const expected = names(spoken(english)[0] ?? "");
      for (const text of [...spoken(english), ...spoken(russian)]) {
        expect(text.trim(), key).not.toBe("");
        expect(names(text), `${key}: ${text}`).toEqual(expected);
      }
    }
  });

  it.each(["en", "ru"] as const)("%s: every plural form its grammar knows", (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    for (const area of areas)
      for (const [key, text] of Object.entries(texts(language, area)))
        if (typeof text !== "string") expect(Object.keys(text).sort(), `${area}.${key}`).toEqual(forms);
  });

  it("keeps the tone: no exclamation marks", () => {
    for (const [path, { default: area }] of Object.entries(files))
      for (const text of Object.values(area).flatMap(spoken)) expect(text, path).not.toMatch(/!/);
  });
});

describe("a sentence", () => {
  const t = makeTranslate("ru", (area) => texts("ru", area));

  it.each([
    [1, "1 новое сообщение"],
    [3, "3 новых сообщения"],
    [11, "11 новых сообщений"],
    [21, "21 новое сообщение"],
  ])("counts %i in Russian", (count, expected) => expect(t("chat.unread", { count })).toBe(expected));

  it("fills names, and leaves unknown ones alone", () => {
    expect(t("chat.typing", { name: "{x} $&" })).toBe("{x} $& печатает");
    expect(fillPlaceholders("{a} {b}", { a: 1 })).toBe("1 {b}");
  });

  it("falls back to the last form", () => expect(choosePlural({ other: "x" }, 1, "en")).toBe("x"));
});

describe("the language", () => {
  it.each([
    [null, ["de-DE", "ru-RU"], "ru"],
    [null, ["en-GB", "ru"], "en"],
    ["en", ["ru"], "en"],
    ["xx", ["fr"], "en"],
  ] as const)("stored %s, browser %j: %s", (stored, browser, expected) => {
    expect(preferredLanguage(stored, browser)).toBe(expected);
  });
});
