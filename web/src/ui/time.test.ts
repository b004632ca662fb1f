import { expect, it } from "vitest";
import { relativeTime } from "./time";

const NOW = Date.parse("2026-11-23T12:00:00Z");

it.each([
  ["2026-11-23T11:59:50Z", "en", "this minute"],
  ["2026-11-23T11:58:00Z", "en", "2 minutes ago"],
  ["2026-11-22T12:00:00Z", "en", "yesterday"],
  ["2026-11-20T12:00:00Z", "ru", "3 дня назад"],
  ["2024-11-20T12:00:00Z", "en", "2 years ago"],
] as const)("%s in %s: %s", (iso, language, words) => expect(relativeTime(iso, language, NOW)).toBe(words));
